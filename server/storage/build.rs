//! Tells cargo that the migrations, which are embedded at compile time, lie outside of this folder.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
