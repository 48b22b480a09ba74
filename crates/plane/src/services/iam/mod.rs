//! IAM: roles with their inline and attached policies.

mod attached;
mod document;
mod inline;
mod record;
mod role;
mod simulate;

#[cfg(test)]
mod tests;

pub use record::Role;

use super::Handler::{Read, Write};
use super::Table;

/// Operation to handler.
pub const TABLE: Table = &[
    ("AttachRolePolicy", Write(attached::attach)),
    ("CreateRole", Write(role::create)),
    ("DeleteRole", Write(role::delete)),
    ("DeleteRolePolicy", Write(inline::delete)),
    ("DetachRolePolicy", Write(attached::detach)),
    ("GetRole", Read(role::get)),
    ("GetRolePolicy", Read(inline::get)),
    ("ListAttachedRolePolicies", Read(attached::list)),
    ("ListRolePolicies", Read(inline::list)),
    ("ListRoles", Read(role::list)),
    ("PutRolePolicy", Write(inline::put)),
    ("SimulatePrincipalPolicy", Read(simulate::simulate)),
];
