use std::ops::Range;

/// How a latent variable gets its outer weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Mode A, for reflective indicators: each weight is the indicator's own covariance with the inner proxy.
    A,
    /// Mode B, for formative indicators: the weights are the multiple regression of the inner proxy on the indicators.
    B,
}

impl std::fmt::Display for Mode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::A => "mode A",
            Self::B => "mode B",
        })
    }
}

/// A latent variable and the questions it is measured by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Latent {
    name: String,
    mode: Mode,
    indicators: Vec<String>,
}

impl Latent {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How its weights are found.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Its indicators; never empty.
    pub fn indicators(&self) -> &[String] {
        &self.indicators
    }
}

/// A path model that can be estimated: every latent variable has indicators and a path, and no path leads back to where it began.
///
/// ```
/// use radost_stats::pls::{Mode, PlsModel, PlsModelError};
///
/// let model = PlsModel::builder()
///     .latent("Quality", Mode::A, ["speed", "clarity"])
///     .latent("Satisfaction", Mode::A, ["overall"])
///     .path("Quality", "Satisfaction")
///     .build()?;
/// assert_eq!(model.indicators().collect::<Vec<_>>(), ["speed", "clarity", "overall"]);
///
/// let circle = PlsModel::builder()
///     .latent("Quality", Mode::A, ["speed", "clarity"])
///     .latent("Satisfaction", Mode::A, ["overall"])
///     .path("Quality", "Satisfaction")
///     .path("Satisfaction", "Quality")
///     .build();
/// assert_eq!(circle.unwrap_err().to_string(), "the paths go in a circle: Quality → Satisfaction → Quality");
/// # Ok::<(), PlsModelError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlsModel {
    latents: Vec<Latent>,
    /// From, to; in the order given.
    paths: Vec<(usize, usize)>,
    /// The indicators of each latent variable among all indicators, which are laid out latent by latent.
    blocks: Vec<Range<usize>>,
    /// Latent variables with a path into each.
    predecessors: Vec<Vec<usize>>,
    /// Latent variables, each after all its predecessors.
    order: Vec<usize>,
}

/// Collects a model entry by entry; nothing is checked before [`build`](Self::build).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlsModelBuilder {
    latents: Vec<Latent>,
    paths: Vec<(String, String)>,
}

/// Why a path model was refused. Each variant names the entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlsModelError {
    /// There is nothing in it.
    #[error("a path model needs latent variables")]
    NoLatents,
    /// A name is empty.
    #[error("a latent variable or an indicator has an empty name")]
    EmptyName,
    /// Two latent variables share a name.
    #[error("the latent variable {latent} is given twice")]
    DuplicateLatent {
        /// The name.
        latent: String,
    },
    /// Nothing measures a latent variable.
    #[error("the latent variable {latent} has no indicators")]
    NoIndicators {
        /// The latent variable.
        latent: String,
    },
    /// An indicator measures two latent variables, or one twice.
    #[error("the indicator {indicator} is given twice: for {first} and for {second}")]
    DuplicateIndicator {
        /// The indicator.
        indicator: String,
        /// The latent variable that has it.
        first: String,
        /// The latent variable that asks for it again.
        second: String,
    },
    /// A path begins or ends at a name that is no latent variable.
    #[error(
        "the path {from} → {to} needs the latent variable {unknown}, which is not in the model"
    )]
    UnknownLatent {
        /// Beginning of the path.
        from: String,
        /// End of the path.
        to: String,
        /// The name that is not there.
        unknown: String,
    },
    /// A path is given twice.
    #[error("the path {from} → {to} is given twice")]
    DuplicatePath {
        /// Beginning of the path.
        from: String,
        /// End of the path.
        to: String,
    },
    /// No path touches a latent variable, so that nothing says how to weight its indicators.
    #[error("no path begins or ends at the latent variable {latent}")]
    NoPath {
        /// The latent variable.
        latent: String,
    },
    /// The paths lead back to where they began.
    #[error("the paths go in a circle: {}", circle(.latents))]
    Cycle {
        /// The latent variables on the loop, each once, in the direction of the paths.
        latents: Vec<String>,
    },
    /// A name to be replaced is not there.
    #[error("there is no latent variable {latent} in the model")]
    NoSuchLatent {
        /// The name.
        latent: String,
    },
}

fn circle(latents: &[String]) -> String {
    let names: Vec<&str> = latents
        .iter()
        .chain(latents.first())
        .map(String::as_str)
        .collect();
    names.join(" → ")
}

impl PlsModelBuilder {
    /// Adds a latent variable with its indicators.
    pub fn latent<I, S>(mut self, name: impl Into<String>, mode: Mode, indicators: I) -> Self
    where
        I: IntoIterator<Item = S>,
        S: Into<String>,
    {
        self.latents.push(Latent {
            name: name.into(),
            mode,
            indicators: indicators.into_iter().map(Into::into).collect(),
        });
        self
    }

    /// Adds a path: `from` is thought to move `to`.
    pub fn path(mut self, from: impl Into<String>, to: impl Into<String>) -> Self {
        self.paths.push((from.into(), to.into()));
        self
    }

    /// Checks the whole.
    ///
    /// # Errors
    /// The first fault found, in the order of the variants of [`PlsModelError`].
    pub fn build(self) -> Result<PlsModel, PlsModelError> {
        let Self { latents, paths } = self;
        check_latents(&latents)?;
        let position = |name: &str| latents.iter().position(|latent| latent.name == name);
        let mut ends = Vec::with_capacity(paths.len());
        for (from, to) in paths {
            let (Some(a), Some(b)) = (position(&from), position(&to)) else {
                let unknown = if position(&from).is_none() {
                    &from
                } else {
                    &to
                }
                .clone();
                return Err(PlsModelError::UnknownLatent { from, to, unknown });
            };
            if ends.contains(&(a, b)) {
                return Err(PlsModelError::DuplicatePath { from, to });
            }
            ends.push((a, b));
        }
        for (j, latent) in latents.iter().enumerate() {
            if !ends.iter().any(|&(from, to)| from == j || to == j) {
                return Err(PlsModelError::NoPath {
                    latent: latent.name.clone(),
                });
            }
        }
        let predecessors = predecessors(latents.len(), &ends);
        let order = order(&predecessors).map_err(|cycle| PlsModelError::Cycle {
            latents: cycle.iter().map(|&j| latents[j].name.clone()).collect(),
        })?;
        Ok(PlsModel::assemble(latents, ends, order))
    }
}

/// The beginnings of the paths into each of `count` latent variables.
fn predecessors(count: usize, ends: &[(usize, usize)]) -> Vec<Vec<usize>> {
    (0..count)
        .map(|j| ends.iter().filter(|p| p.1 == j).map(|p| p.0).collect())
        .collect()
}

fn check_latents(latents: &[Latent]) -> Result<(), PlsModelError> {
    if latents.is_empty() {
        return Err(PlsModelError::NoLatents);
    }
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for (j, latent) in latents.iter().enumerate() {
        let name = &latent.name;
        if name.is_empty() || latent.indicators.iter().any(String::is_empty) {
            return Err(PlsModelError::EmptyName);
        }
        if latents[..j].iter().any(|other| other.name == *name) {
            return Err(PlsModelError::DuplicateLatent {
                latent: name.clone(),
            });
        }
        if latent.indicators.is_empty() {
            return Err(PlsModelError::NoIndicators {
                latent: name.clone(),
            });
        }
        for indicator in &latent.indicators {
            if let Some((_, first)) = seen.iter().find(|(other, _)| other == indicator) {
                return Err(PlsModelError::DuplicateIndicator {
                    indicator: indicator.clone(),
                    first: (*first).to_owned(),
                    second: name.clone(),
                });
            }
            seen.push((indicator, name));
        }
    }
    Ok(())
}

/// Each latent variable after all its predecessors, or the members of a loop.
fn order(predecessors: &[Vec<usize>]) -> Result<Vec<usize>, Vec<usize>> {
    let mut order: Vec<usize> = Vec::with_capacity(predecessors.len());
    while order.len() < predecessors.len() {
        let waiting = |j: &usize| !order.contains(j);
        let ready = (0..predecessors.len())
            .filter(waiting)
            .find(|&j| predecessors[j].iter().all(|from| order.contains(from)));
        let Some(j) = ready else {
            // Every one that waits waits for another that waits: going backwards must come round.
            let mut back: Vec<usize> = Vec::new();
            let mut at = (0..predecessors.len()).find(waiting);
            while let Some(j) = at {
                if let Some(start) = back.iter().position(|&seen| seen == j) {
                    back.drain(..start);
                    break;
                }
                back.push(j);
                at = predecessors[j].iter().copied().find(waiting);
            }
            back.reverse();
            let first = back.iter().enumerate().min_by_key(|(_, j)| **j);
            let turn = first.map_or(0, |(i, _)| i);
            back.rotate_left(turn);
            return Err(back);
        };
        order.push(j);
    }
    Ok(order)
}

impl PlsModel {
    /// An empty model to fill.
    pub fn builder() -> PlsModelBuilder {
        PlsModelBuilder::default()
    }

    /// The latent variables, in the order given.
    pub fn latents(&self) -> &[Latent] {
        &self.latents
    }

    /// The indicators, latent variable by latent variable.
    pub fn indicators(&self) -> impl Iterator<Item = &str> {
        self.latents
            .iter()
            .flat_map(|latent| latent.indicators.iter().map(String::as_str))
    }

    /// The paths as pairs of names, in the order given.
    pub fn paths(&self) -> impl Iterator<Item = (&str, &str)> {
        self.paths.iter().map(|&(from, to)| {
            (
                self.latents[from].name.as_str(),
                self.latents[to].name.as_str(),
            )
        })
    }

    /// The same model with other indicators for one latent variable, as when a questionnaire calls its columns otherwise.
    ///
    /// ```
    /// let model = radost_stats::pls::ecsi().with_indicators("Complaints", ["complaint_handling"])?;
    /// assert!(model.indicators().any(|name| name == "complaint_handling"));
    /// # Ok::<(), radost_stats::pls::PlsModelError>(())
    /// ```
    /// # Errors
    /// [`PlsModelError::NoSuchLatent`], and those of [`PlsModelBuilder::build`] for the indicators.
    pub fn with_indicators<I, S>(&self, latent: &str, indicators: I) -> Result<Self, PlsModelError>
    where
        I: IntoIterator<Item = S>,
        S: Into<String>,
    {
        let mut builder = PlsModelBuilder {
            latents: self.latents.clone(),
            paths: self
                .paths()
                .map(|(from, to)| (from.to_owned(), to.to_owned()))
                .collect(),
        };
        let Some(found) = builder.latents.iter_mut().find(|l| l.name == latent) else {
            return Err(PlsModelError::NoSuchLatent {
                latent: latent.to_owned(),
            });
        };
        found.indicators = indicators.into_iter().map(Into::into).collect();
        builder.build()
    }

    pub(super) fn path_ends(&self) -> &[(usize, usize)] {
        &self.paths
    }

    pub(super) fn blocks(&self) -> &[Range<usize>] {
        &self.blocks
    }

    pub(super) fn predecessors(&self, latent: usize) -> &[usize] {
        &self.predecessors[latent]
    }

    pub(super) fn order(&self) -> &[usize] {
        &self.order
    }

    pub(super) fn indicator_count(&self) -> usize {
        self.blocks.last().map_or(0, |block| block.end)
    }

    fn assemble(latents: Vec<Latent>, paths: Vec<(usize, usize)>, order: Vec<usize>) -> Self {
        let mut end = 0;
        let blocks = latents
            .iter()
            .map(|latent| {
                let start = end;
                end += latent.indicators.len();
                start..end
            })
            .collect();
        Self {
            predecessors: predecessors(latents.len(), &paths),
            latents,
            paths,
            blocks,
            order,
        }
    }

    /// A model known to be sound, all in mode A, whose latent variables come after those that move them.
    fn ready(latents: &[(&str, &[&str])], paths: &[(&str, &str)]) -> Self {
        let position = |name: &str| latents.iter().position(|latent| latent.0 == name);
        let ends = paths
            .iter()
            .filter_map(|(from, to)| Some((position(from)?, position(to)?)))
            .collect();
        let latents: Vec<Latent> = latents
            .iter()
            .map(|(name, indicators)| Latent {
                name: (*name).to_owned(),
                mode: Mode::A,
                indicators: indicators.iter().map(|&i| i.to_owned()).collect(),
            })
            .collect();
        let order = (0..latents.len()).collect();
        Self::assemble(latents, ends, order)
    }
}

/// The European customer satisfaction index: seven latent variables, all in mode A, and twelve paths.
///
/// | latent variable | indicators | moved by |
/// |---|---|---|
/// | Image | IMAG1–IMAG5 | |
/// | Expectation | CUEX1–CUEX3 | Image |
/// | Quality | PERQ1–PERQ7 | Expectation |
/// | Value | PERV1, PERV2 | Expectation, Quality |
/// | Satisfaction | CUSA1–CUSA3 | Image, Expectation, Quality, Value |
/// | Complaints | CUSCO | Satisfaction |
/// | Loyalty | CUSL1–CUSL3 | Image, Satisfaction, Complaints |
///
/// ```
/// let model = radost_stats::pls::ecsi();
/// assert_eq!((model.latents().len(), model.indicators().count(), model.paths().count()), (7, 24, 12));
/// ```
/// # Sources
/// Tenenhaus, Esposito Vinzi, Chatelin and Lauro (2005), Computational Statistics & Data Analysis 48(1), 159–205.
pub fn ecsi() -> PlsModel {
    PlsModel::ready(
        &[
            ("Image", &["IMAG1", "IMAG2", "IMAG3", "IMAG4", "IMAG5"]),
            ("Expectation", &["CUEX1", "CUEX2", "CUEX3"]),
            (
                "Quality",
                &[
                    "PERQ1", "PERQ2", "PERQ3", "PERQ4", "PERQ5", "PERQ6", "PERQ7",
                ],
            ),
            ("Value", &["PERV1", "PERV2"]),
            ("Satisfaction", &["CUSA1", "CUSA2", "CUSA3"]),
            ("Complaints", &["CUSCO"]),
            ("Loyalty", &["CUSL1", "CUSL2", "CUSL3"]),
        ],
        &[
            ("Image", "Expectation"),
            ("Expectation", "Quality"),
            ("Expectation", "Value"),
            ("Quality", "Value"),
            ("Image", "Satisfaction"),
            ("Expectation", "Satisfaction"),
            ("Quality", "Satisfaction"),
            ("Value", "Satisfaction"),
            ("Satisfaction", "Complaints"),
            ("Image", "Loyalty"),
            ("Satisfaction", "Loyalty"),
            ("Complaints", "Loyalty"),
        ],
    )
}

/// The American customer satisfaction index: six latent variables, all in mode A, and nine paths.
///
/// The columns are called as in [`ecsi`], so that one questionnaire serves both.
///
/// | latent variable | indicators | moved by |
/// |---|---|---|
/// | Expectation | CUEX1 overall, CUEX2 fit to own needs, CUEX3 how often things go wrong | |
/// | Quality | PERQ1 overall, PERQ2 fit to own needs, PERQ3 how often things went wrong | Expectation |
/// | Value | PERV1 quality given the price, PERV2 price given the quality | Expectation, Quality |
/// | Satisfaction | CUSA1 overall, CUSA2 against expectations, CUSA3 against the ideal | Expectation, Quality, Value |
/// | Complaints | CUSCO | Satisfaction |
/// | Loyalty | CUSL1 would buy again, CUSL2 price tolerance | Satisfaction, Complaints |
///
/// ```
/// let model = radost_stats::pls::acsi();
/// assert_eq!((model.latents().len(), model.indicators().count(), model.paths().count()), (6, 14, 9));
/// ```
/// # Sources
/// Fornell, Johnson, Anderson, Cha and Bryant (1996), Journal of Marketing 60(4), 7–18.
pub fn acsi() -> PlsModel {
    PlsModel::ready(
        &[
            ("Expectation", &["CUEX1", "CUEX2", "CUEX3"]),
            ("Quality", &["PERQ1", "PERQ2", "PERQ3"]),
            ("Value", &["PERV1", "PERV2"]),
            ("Satisfaction", &["CUSA1", "CUSA2", "CUSA3"]),
            ("Complaints", &["CUSCO"]),
            ("Loyalty", &["CUSL1", "CUSL2"]),
        ],
        &[
            ("Expectation", "Quality"),
            ("Expectation", "Value"),
            ("Quality", "Value"),
            ("Expectation", "Satisfaction"),
            ("Quality", "Satisfaction"),
            ("Value", "Satisfaction"),
            ("Satisfaction", "Complaints"),
            ("Satisfaction", "Loyalty"),
            ("Complaints", "Loyalty"),
        ],
    )
}
