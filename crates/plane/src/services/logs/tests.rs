//! Groups, streams, tokens.
