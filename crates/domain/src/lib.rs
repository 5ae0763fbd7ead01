//! Types and rules of Radost. Nothing here reads a clock, a disk, a socket or a random number: time and ids are arguments.
//!
//! The folders are the loop: [`listen`] → [`explain`] → act → [`retain`], with [`team`] inside it and [`access`] around it.
#![warn(missing_docs)]

pub mod access;
pub mod event;
pub mod explain;
pub mod listen;
pub mod name;
pub mod retain;
pub mod team;
pub mod text;

pub use name::{Code, NameError, Slug};
pub use text::{Language, Text};
