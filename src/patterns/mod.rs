//! The caching patterns, one file each, and their registry.
