//! Locations form a tree: network → region → location.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::Slug;
use crate::name::{EmployeeId, LocationId};

/// A node of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LocationKind {
    /// The whole.
    Network,
    /// A part of it.
    Region,
    /// A place where customers are served.
    Location,
}

/// A text that is no kind of location.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a kind of place; kinds are network, region and location")]
pub struct UnknownLocationKind(String);

impl LocationKind {
    /// Every kind, from the top down.
    pub const ALL: [LocationKind; 3] = [
        LocationKind::Network,
        LocationKind::Region,
        LocationKind::Location,
    ];

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            LocationKind::Network => "network",
            LocationKind::Region => "region",
            LocationKind::Location => "location",
        }
    }
}

impl std::str::FromStr for LocationKind {
    type Err = UnknownLocationKind;
    fn from_str(text: &str) -> Result<Self, UnknownLocationKind> {
        LocationKind::ALL
            .into_iter()
            .find(|kind| kind.code() == text)
            .ok_or_else(|| UnknownLocationKind(text.chars().take(40).collect()))
    }
}

/// A place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    /// Its id.
    pub id: LocationId,
    /// The place above it.
    pub parent: Option<LocationId>,
    /// Which level of the tree.
    pub kind: LocationKind,
    /// Its name in files and addresses.
    pub code: Slug,
    /// Its name for people.
    pub name: String,
    /// IANA name of its time zone.
    pub time_zone: String,
    /// Whether it is in use.
    pub active: bool,
}

/// Somebody who delivers the service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Employee {
    /// Their id.
    pub id: EmployeeId,
    /// Their name in files.
    pub code: Slug,
    /// Their name.
    pub name: String,
    /// What they do.
    pub job: String,
    /// Where they work.
    pub location: Option<LocationId>,
    /// Whether they still do.
    pub active: bool,
}

/// A location that cannot stand where it was put.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MisplacedLocation {
    /// The place above is not known.
    #[error("the place above it does not exist")]
    NoParent,
    /// Under itself, directly or not.
    #[error("a place cannot stand under itself")]
    Circle,
    /// Only networks stand alone, and levels go down.
    #[error("a {} cannot stand under a {}", child.code(), parent.code())]
    Level {
        /// What was put.
        child: LocationKind,
        /// Under what.
        parent: LocationKind,
    },
}

/// All locations of a workspace, by id, with the questions that are asked of the tree.
#[derive(Debug, Clone, Default)]
pub struct LocationTree {
    nodes: BTreeMap<LocationId, Location>,
    children: BTreeMap<Option<LocationId>, Vec<LocationId>>,
    by_code: BTreeMap<Slug, LocationId>,
}

impl LocationTree {
    /// Builds the tree.
    pub fn new(locations: impl IntoIterator<Item = Location>) -> Self {
        let mut tree = LocationTree::default();
        for location in locations {
            tree.by_code.insert(location.code.clone(), location.id);
            tree.children
                .entry(location.parent)
                .or_default()
                .push(location.id);
            tree.nodes.insert(location.id, location);
        }
        let nodes = &tree.nodes;
        for siblings in tree.children.values_mut() {
            siblings.sort_by(|a, b| {
                nodes
                    .get(a)
                    .map(|l| &l.name)
                    .cmp(&nodes.get(b).map(|l| &l.name))
            });
        }
        tree
    }

    /// Adds a location, or moves and changes the one with its id; whether it may stand there is for
    /// [`LocationTree::check`] to say beforehand.
    pub fn put(&mut self, location: Location) {
        if let Some(before) = self.nodes.remove(&location.id) {
            self.by_code.remove(&before.code);
            if let Some(siblings) = self.children.get_mut(&before.parent) {
                siblings.retain(|id| *id != location.id);
            }
        }
        let nodes = &self.nodes;
        let siblings = self.children.entry(location.parent).or_default();
        let place = siblings.partition_point(|id| {
            nodes
                .get(id)
                .is_some_and(|other| other.name <= location.name)
        });
        siblings.insert(place, location.id);
        self.by_code.insert(location.code.clone(), location.id);
        self.nodes.insert(location.id, location);
    }

    /// The location with this id.
    pub fn get(&self, id: LocationId) -> Option<&Location> {
        self.nodes.get(&id)
    }

    /// The location with this code.
    pub fn by_code(&self, code: &str) -> Option<&Location> {
        self.by_code.get(code).and_then(|id| self.nodes.get(id))
    }

    /// Those directly under `parent`, by name.
    pub fn children(&self, parent: Option<LocationId>) -> impl Iterator<Item = &Location> {
        self.children
            .get(&parent)
            .into_iter()
            .flatten()
            .filter_map(|id| self.nodes.get(id))
    }

    /// Every location.
    pub fn iter(&self) -> impl Iterator<Item = &Location> {
        self.nodes.values()
    }

    /// The locations given and everything under them.
    pub fn with_descendants(
        &self,
        roots: impl IntoIterator<Item = LocationId>,
    ) -> BTreeSet<LocationId> {
        let mut found = BTreeSet::new();
        let mut open: Vec<LocationId> = roots.into_iter().collect();
        while let Some(id) = open.pop() {
            if found.insert(id) {
                open.extend(self.children.get(&Some(id)).into_iter().flatten());
            }
        }
        found
    }

    /// The way from the top down to `id`, itself included.
    pub fn path(&self, id: LocationId) -> Vec<&Location> {
        let mut path = Vec::new();
        let mut next = self.nodes.get(&id);
        while let Some(location) = next {
            // A circle cannot be stored, but a reader must not hang on one either.
            if path.iter().any(|seen: &&Location| seen.id == location.id) {
                break;
            }
            path.push(location);
            next = location.parent.and_then(|parent| self.nodes.get(&parent));
        }
        path.reverse();
        path
    }

    /// The tree in reading order: each location with its depth, parents before children.
    pub fn in_order(&self) -> Vec<(usize, &Location)> {
        let mut rows = Vec::with_capacity(self.nodes.len());
        let mut open: Vec<(usize, &Location)> =
            self.children(None).map(|location| (0, location)).collect();
        open.reverse();
        while let Some((depth, location)) = open.pop() {
            rows.push((depth, location));
            let mut below: Vec<_> = self
                .children(Some(location.id))
                .map(|child| (depth + 1, child))
                .collect();
            below.reverse();
            open.append(&mut below);
        }
        rows
    }

    /// Whether `location` may stand where it says.
    ///
    /// # Errors
    /// [`MisplacedLocation`] says why not.
    pub fn check(&self, location: &Location) -> Result<(), MisplacedLocation> {
        let Some(parent) = location.parent else {
            return Ok(());
        };
        if parent == location.id
            || self
                .path(parent)
                .iter()
                .any(|above| above.id == location.id)
        {
            return Err(MisplacedLocation::Circle);
        }
        let above = self.nodes.get(&parent).ok_or(MisplacedLocation::NoParent)?;
        // Regions may hold regions (country → city); otherwise levels go strictly down.
        let fits = above.kind < location.kind
            || (above.kind == LocationKind::Region && location.kind == LocationKind::Region);
        if fits {
            Ok(())
        } else {
            Err(MisplacedLocation::Level {
                child: location.kind,
                parent: above.kind,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u128) -> LocationId {
        LocationId(uuid::Uuid::from_u128(n))
    }

    fn location(n: u128, parent: Option<u128>, kind: LocationKind, name: &str) -> Location {
        Location {
            id: id(n),
            parent: parent.map(id),
            kind,
            code: name.to_lowercase().parse().unwrap(),
            name: name.into(),
            time_zone: "Europe/Kyiv".into(),
            active: true,
        }
    }

    fn tree() -> LocationTree {
        use LocationKind::*;
        LocationTree::new([
            location(1, None, Network, "All"),
            location(2, Some(1), Region, "West"),
            location(3, Some(1), Region, "East"),
            location(4, Some(2), Location, "Lviv"),
            location(5, Some(3), Location, "Kharkiv"),
        ])
    }

    #[test]
    fn everything_under_a_region_belongs_to_it() {
        assert_eq!(
            tree().with_descendants([id(2)]),
            BTreeSet::from([id(2), id(4)])
        );
        assert_eq!(tree().with_descendants([id(1)]).len(), 5);
    }

    #[test]
    fn reading_order_puts_parents_first() {
        let tree = tree();
        let names: Vec<_> = tree
            .in_order()
            .iter()
            .map(|(depth, l)| format!("{depth} {}", l.name))
            .collect();
        assert_eq!(names, ["0 All", "1 East", "2 Kharkiv", "1 West", "2 Lviv"]);
        assert_eq!(
            tree.path(id(4))
                .iter()
                .map(|l| l.name.as_str())
                .collect::<Vec<_>>(),
            ["All", "West", "Lviv"]
        );
    }

    #[test]
    fn a_changed_place_stands_where_a_new_tree_would_put_it() {
        use LocationKind::*;
        let mut changed = tree();
        changed.put(location(4, Some(3), Location, "Zhytomyr"));
        changed.put(location(6, Some(3), Location, "Dnipro"));
        let names: Vec<_> = changed
            .in_order()
            .iter()
            .map(|(depth, l)| format!("{depth} {}", l.name))
            .collect();
        assert_eq!(
            names,
            [
                "0 All",
                "1 East",
                "2 Dnipro",
                "2 Kharkiv",
                "2 Zhytomyr",
                "1 West"
            ]
        );
        assert!(changed.by_code("lviv").is_none());
        assert_eq!(changed.by_code("zhytomyr").map(|l| l.id), Some(id(4)));
    }

    #[test]
    fn a_place_stands_only_where_it_fits() {
        use LocationKind::*;
        let check = |l, expected| assert_eq!(tree().check(&l), expected, "{l:?}");
        check(location(6, Some(2), Location, "Uzhhorod"), Ok(()));
        check(location(6, Some(3), Region, "Donbas"), Ok(()));
        check(
            location(6, Some(9), Location, "Lost"),
            Err(MisplacedLocation::NoParent),
        );
        check(
            location(2, Some(2), Region, "West"),
            Err(MisplacedLocation::Circle),
        );
        check(
            location(1, Some(2), Region, "All"),
            Err(MisplacedLocation::Circle),
        );
        check(
            location(6, Some(4), Region, "Odd"),
            Err(MisplacedLocation::Level {
                child: Region,
                parent: Location,
            }),
        );
    }
}
