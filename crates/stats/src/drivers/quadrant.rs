use super::DriverError;

/// An attribute on the importance–performance map.
#[derive(Debug, Clone, PartialEq)]
pub struct QuadrantAttribute {
    /// Name of the attribute.
    pub name: String,
    /// How important it is, in any unit that is the same for all: an LMG share, or the importance customers state.
    pub importance: f64,
    /// How satisfied customers are with it, on its scale.
    pub performance: f64,
}

/// Where importance comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ImportanceKind {
    /// From what goes together with the outcome.
    Derived,
    /// From what customers say.
    Stated,
}

impl std::fmt::Display for ImportanceKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Derived => "derived",
            Self::Stated => "stated",
        })
    }
}

/// Where the map is divided.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub enum Crosshair {
    /// At the means over the attributes: every map then has something in two quadrants at least.
    #[default]
    Means,
    /// At given values.
    At {
        /// Importance from which an attribute is important.
        importance: f64,
        /// Performance from which it performs well.
        performance: f64,
    },
}

/// What to do about an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quadrant {
    /// Important and weak.
    Concentrate,
    /// Important and strong.
    KeepUp,
    /// Unimportant and weak.
    LowPriority,
    /// Unimportant and strong.
    PossibleOverkill,
}

impl std::fmt::Display for Quadrant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Concentrate => "concentrate here",
            Self::KeepUp => "keep up the good work",
            Self::LowPriority => "low priority",
            Self::PossibleOverkill => "possible overkill",
        })
    }
}

/// An importance–performance map.
#[derive(Debug, Clone, PartialEq)]
pub struct QuadrantMap {
    /// A row per attribute, in the order given.
    pub attributes: Vec<QuadrantRow>,
    /// Where importance is divided, in its units.
    pub importance_line: f64,
    /// Where performance is divided, on its scale.
    pub performance_line: f64,
    /// Where importance comes from.
    pub importance: ImportanceKind,
}

/// An attribute and its quadrant.
#[derive(Debug, Clone, PartialEq)]
pub struct QuadrantRow {
    /// The attribute.
    pub attribute: QuadrantAttribute,
    /// Where it lies.
    pub quadrant: Quadrant,
}

/// Puts attributes into the four quadrants of importance and performance. On a line counts as above it.
///
/// ```
/// use radost_stats::drivers::{Crosshair, ImportanceKind, Quadrant, QuadrantAttribute, importance_performance};
///
/// let attribute = |name: &str, importance, performance| QuadrantAttribute { name: name.into(), importance, performance };
/// let map = importance_performance(
///     vec![attribute("price", 0.30, 3.1), attribute("speed", 0.45, 4.4), attribute("music", 0.05, 4.5)],
///     Crosshair::Means,
///     ImportanceKind::Derived,
/// )?;
/// assert!((map.importance_line - 0.266667).abs() < 1e-6 && (map.performance_line - 4.0).abs() < 1e-12);
/// let quadrants: Vec<Quadrant> = map.attributes.iter().map(|row| row.quadrant).collect();
/// assert_eq!(quadrants, [Quadrant::Concentrate, Quadrant::KeepUp, Quadrant::PossibleOverkill]);
/// # Ok::<(), radost_stats::drivers::DriverError>(())
/// ```
/// # Assumptions
/// The lines are conventions, and an attribute near one belongs to neither side: show the intervals too.
/// # Errors
/// [`DriverError::NoColumns`] without attributes; [`DriverError::Parameter`] for a number that is not finite.
/// # Sources
/// Martilla and James (1977), Journal of Marketing 41(1), 77–79.
pub fn importance_performance(
    attributes: Vec<QuadrantAttribute>,
    crosshair: Crosshair,
    importance: ImportanceKind,
) -> Result<QuadrantMap, DriverError> {
    if attributes.is_empty() {
        return Err(DriverError::NoColumns);
    }
    let finite = |parameter, value: f64| {
        if value.is_finite() {
            Ok(value)
        } else {
            Err(DriverError::Parameter { parameter, value })
        }
    };
    for attribute in &attributes {
        finite("importance", attribute.importance)?;
        finite("performance", attribute.performance)?;
    }
    let mean = |value: fn(&QuadrantAttribute) -> f64| {
        // Divided first, so that the sum of large numbers stays finite.
        attributes
            .iter()
            .map(|attribute| value(attribute) / attributes.len() as f64)
            .sum::<f64>()
    };
    let (importance_line, performance_line) = match crosshair {
        Crosshair::Means => (
            mean(|attribute| attribute.importance),
            mean(|attribute| attribute.performance),
        ),
        Crosshair::At {
            importance,
            performance,
        } => (
            finite("importance line", importance)?,
            finite("performance line", performance)?,
        ),
    };
    // A mean of equal numbers may miss them by the last digit.
    let reaches = |value: f64, line: f64| value >= line - 1e-12 * line.abs();
    let attributes = attributes.into_iter().map(|attribute| {
        let important = reaches(attribute.importance, importance_line);
        let strong = reaches(attribute.performance, performance_line);
        let quadrant = match (important, strong) {
            (true, false) => Quadrant::Concentrate,
            (true, true) => Quadrant::KeepUp,
            (false, false) => Quadrant::LowPriority,
            (false, true) => Quadrant::PossibleOverkill,
        };
        QuadrantRow {
            attribute,
            quadrant,
        }
    });
    Ok(QuadrantMap {
        attributes: attributes.collect(),
        importance_line,
        performance_line,
        importance,
    })
}
