//! The places where service is delivered and the people who deliver it.

mod location;

pub use location::{
    Employee, Location, LocationKind, LocationTree, MisplacedLocation, UnknownLocationKind,
};
