//! The `hailsham` command.
fn main() {}
