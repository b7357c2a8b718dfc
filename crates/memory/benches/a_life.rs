//! What it costs to recollect a life.

fn main() {
    divan::main();
}
