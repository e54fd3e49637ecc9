//! The contract with links and host pages.
