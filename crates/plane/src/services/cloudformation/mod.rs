//! CloudFormation: stacks of exactly the types that are in `types`; any other fails its stack by name.
//!
//! Every resource is a record, so that an operation on a stack is one transaction: events tell it in AWS's order, and
//! nothing of it is ever half done. A rollback is the undoing of a savepoint; its events are told all the same.

mod apply;
mod change;
mod describe;
mod draft;
mod function;
mod parameter;
mod record;
mod remove;
mod stack;
mod template;
mod types;

#[cfg(test)]
mod tests;

pub use record::{Output, Stack, StackEvent, StackResource};

use super::Handler::{Read, Write};
use super::Table;

/// Operation to handler.
pub const TABLE: Table = &[
    ("CreateStack", Write(stack::create)),
    ("DeleteStack", Write(stack::delete)),
    ("DescribeStackEvents", Read(describe::events)),
    ("DescribeStackResource", Read(describe::resource)),
    ("DescribeStackResources", Read(describe::resources)),
    ("DescribeStacks", Read(describe::stacks)),
    ("GetTemplate", Read(describe::template)),
    ("ListStackResources", Read(describe::list_resources)),
    ("ListStacks", Read(describe::list)),
    ("UpdateStack", Write(stack::update)),
    ("ValidateTemplate", Read(describe::validate)),
];
