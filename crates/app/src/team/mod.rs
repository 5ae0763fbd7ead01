//! Locations and employees.
