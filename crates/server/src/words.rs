//! Numbers in words: what a metric is called, how its values are written, and the one sentence that a manager could
//! read aloud. Made from the same result as tables and charts.

use radost_app::domain::explain::Metric;
use radost_app::domain::listen::PublishedSurvey;
use radost_app::explain::{Change, Estimate, Figure, Verdict};

use crate::look::i18n::{Lang, Tr};
use crate::look::parts;

/// The reader's language as the domain knows it.
pub fn language(lang: Lang) -> radost_app::domain::Language {
    use radost_app::domain::Language;
    match lang {
        Lang::En => Language::En,
        Lang::Ru => Language::Ru,
        Lang::Uk => Language::Uk,
        Lang::Bg => Language::Bg,
    }
}

/// What a metric is called: "Recommendation (NPS)"; a rating by the words of its question. Where a survey has several
/// of a kind, the words of the question are added.
pub fn metric_name(tr: Tr, metric: &Metric, survey: &PublishedSurvey) -> String {
    let question = metric
        .question()
        .and_then(|code| survey.question(code.as_str()))
        .map(|published| published.question.text.best(language(tr.lang)).to_owned())
        .unwrap_or_default();
    let name = tr.t(match metric {
        Metric::Nps { .. } => "metric-nps",
        Metric::Csat { .. } => "metric-csat",
        Metric::Ces { .. } => "metric-ces",
        Metric::Csi => "metric-csi",
        Metric::Mean { .. } => return question,
    });
    let same = Metric::of_survey(survey)
        .iter()
        .filter(|other| other.kind() == metric.kind())
        .count();
    if same > 1 {
        format!("{name}: {question}")
    } else {
        name
    }
}

/// Digits after the point.
pub fn decimals(metric: &Metric) -> usize {
    match metric {
        Metric::Nps { .. } | Metric::Csat { .. } => 0,
        Metric::Csi => 1,
        Metric::Ces { .. } | Metric::Mean { .. } => 2,
    }
}

/// A value: `62`, `82%`, `4.31`.
pub fn value(tr: Tr, metric: &Metric, value: f64) -> String {
    match metric {
        Metric::Csat { .. } => tr.percent(value / 100.0, decimals(metric)),
        _ => tr.number(value, decimals(metric)),
    }
}

/// The ends of an interval: `60–64`.
pub fn interval(tr: Tr, metric: &Metric, estimate: &Estimate) -> String {
    tr.range(estimate.low, estimate.high, decimals(metric))
}

/// A value with its interval: `62 [60–64]`.
pub fn estimate(tr: Tr, metric: &Metric, estimate: &Estimate) -> String {
    format!(
        "{}\u{a0}[{}]",
        value(tr, metric, estimate.value),
        interval(tr, metric, estimate)
    )
}

/// A difference: `+5`.
pub fn difference(tr: Tr, metric: &Metric, change: &Change) -> Option<String> {
    let comparison = change.comparison.as_ref()?;
    Some(tr.signed(comparison.difference, decimals(metric)))
}

/// The verdict as the look kit draws it.
pub fn verdict(verdict: Verdict) -> parts::Verdict {
    match verdict {
        Verdict::Higher => parts::Verdict::Higher,
        Verdict::Lower => parts::Verdict::Lower,
        Verdict::NoClearDifference => parts::Verdict::NoClearDifference,
        Verdict::TooFew => parts::Verdict::TooFew,
    }
}

/// Names one after another: "Podil, Obolon and Lviv".
pub fn list(tr: Tr, names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => tr.ta(
            "sentence-and",
            &[("first", first.join(", ").into()), ("last", (*last).into())],
        ),
    }
}

/// What the sentence is about.
#[derive(Debug, Clone, Copy)]
pub struct Summary<'a> {
    /// What the metric is called.
    pub metric_name: &'a str,
    /// Which.
    pub metric: &'a Metric,
    /// Its number.
    pub figure: &'a Figure,
    /// Against the period before.
    pub change: Option<&'a Change>,
    /// How long the period and the one before it are.
    pub days: i32,
    /// Places that are clearly lower than the rest, the lowest first.
    pub lowest: &'a [&'a str],
    /// From how many responses on numbers are shown.
    pub minimum: u64,
}

/// Places that are named; more would not be listened to.
const MOST_NAMED: usize = 3;

/// The sentence.
pub fn sentence(tr: Tr, summary: &Summary) -> String {
    let days = i64::from(summary.days);
    let shown = match summary.figure {
        Figure::Shown(shown) => shown,
        Figure::Nothing => return tr.ta("sentence-nothing", &[("days", days.into())]),
        Figure::Withheld => {
            return tr.ta(
                "sentence-withheld",
                &[
                    ("metric", summary.metric_name.into()),
                    ("n", summary.minimum.into()),
                ],
            );
        }
    };
    let change = summary
        .change
        .map(|change| {
            let id = match change.verdict {
                Verdict::Higher => "sentence-higher",
                Verdict::Lower => "sentence-lower",
                Verdict::NoClearDifference => "sentence-unclear",
                Verdict::TooFew => "sentence-too-few",
            };
            let size = difference(tr, summary.metric, change).unwrap_or_default();
            // Only a clear change is told with its size: a number would be taken for one.
            match change.verdict {
                Verdict::Higher | Verdict::Lower => {
                    tr.ta(id, &[("days", days.into()), ("difference", size.into())])
                }
                _ => tr.ta(id, &[("days", days.into())]),
            }
        })
        .unwrap_or_default();
    let named = &summary.lowest[..summary.lowest.len().min(MOST_NAMED)];
    let lowest = if named.is_empty() {
        String::new()
    } else {
        tr.ta("sentence-lowest", &[("places", list(tr, named).into())])
    };
    tr.ta(
        "sentence",
        &[
            ("metric", summary.metric_name.into()),
            ("value", estimate(tr, summary.metric, shown).into()),
            ("change", change.into()),
            ("lowest", lowest.into()),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use radost_app::stats::{Level, NpsTally};

    fn said(lang: Lang, earlier: (u64, u64, u64), minimum: u64, lowest: &[&str]) -> String {
        let tally = |(promoters, passives, detractors)| NpsTally {
            promoters,
            passives,
            detractors,
        };
        // 700 − 80 of 1,000: 62.
        let now = tally((700, 220, 80));
        let interval = now.interval(Level::P95).expect("an interval");
        let figure = if minimum > 1000 {
            Figure::Withheld
        } else {
            Figure::Shown(Estimate {
                value: interval.value,
                low: interval.low,
                high: interval.high,
                n: interval.n,
                effective_n: interval.n as f64,
                method: interval.method,
            })
        };
        let comparison = now.compare(&tally(earlier), Level::P95).ok();
        let change = Change {
            verdict: comparison.map_or(Verdict::TooFew, |comparison| match comparison.verdict() {
                radost_app::stats::Verdict::Higher => Verdict::Higher,
                radost_app::stats::Verdict::Lower => Verdict::Lower,
                radost_app::stats::Verdict::NoClearDifference => Verdict::NoClearDifference,
            }),
            comparison,
        };
        let tr = Tr::new(lang);
        let metric = "nps.nps".parse().expect("a metric");
        sentence(
            tr,
            &Summary {
                metric_name: &tr.t("metric-nps"),
                metric: &metric,
                figure: &figure,
                change: Some(&change),
                days: 90,
                lowest,
                minimum,
            },
        )
        .replace('\u{a0}', " ")
    }

    /// 60 before: two points of a thousand answers each are within the reach of chance.
    const SAME: (u64, u64, u64) = (690, 220, 90);
    const WORSE: (u64, u64, u64) = (500, 300, 200);
    const BETTER: (u64, u64, u64) = (900, 80, 20);
    const FEW: (u64, u64, u64) = (2, 1, 1);

    #[test]
    fn english() {
        let say = |earlier, lowest: &[&str]| said(Lang::En, earlier, 5, lowest);
        insta::assert_snapshot!(say(SAME, &["Podil", "Obolon"]), @"Recommendation (NPS) is 62 [58–66], no clear change from the 90 days before; lowest at Podil and Obolon.");
        insta::assert_snapshot!(say(WORSE, &[]), @"Recommendation (NPS) is 62 [58–66], higher than in the 90 days before (+32).");
        insta::assert_snapshot!(say(BETTER, &["Podil", "Obolon", "Lviv", "Odesa"]), @"Recommendation (NPS) is 62 [58–66], lower than in the 90 days before (−26); lowest at Podil, Obolon and Lviv.");
        insta::assert_snapshot!(say(FEW, &[]), @"Recommendation (NPS) is 62 [58–66], too few responses to compare with the 90 days before.");
        insta::assert_snapshot!(said(Lang::En, SAME, 5000, &[]), @"Recommendation (NPS) cannot be shown yet: it takes 5,000 responses or more.");
    }

    #[test]
    fn russian() {
        let say = |earlier, lowest: &[&str]| said(Lang::Ru, earlier, 5, lowest);
        insta::assert_snapshot!(say(SAME, &["Подол", "Оболонь"]), @"Рекомендация (NPS): 62 [58–66], явной разницы с предыдущими 90 днями нет; ниже всего — Подол и Оболонь.");
        insta::assert_snapshot!(say(WORSE, &[]), @"Рекомендация (NPS): 62 [58–66], выше, чем за предыдущие 90 дней (+32).");
        insta::assert_snapshot!(say(BETTER, &["Подол"]), @"Рекомендация (NPS): 62 [58–66], ниже, чем за предыдущие 90 дней (−26); ниже всего — Подол.");
        insta::assert_snapshot!(say(FEW, &[]), @"Рекомендация (NPS): 62 [58–66], для сравнения с предыдущими 90 днями мало ответов.");
        insta::assert_snapshot!(said(Lang::Ru, SAME, 5000, &[]), @"Рекомендация (NPS): показывать пока рано, нужно ответов: не меньше 5 000.");
    }

    #[test]
    fn ukrainian() {
        let say = |earlier, lowest: &[&str]| said(Lang::Uk, earlier, 5, lowest);
        insta::assert_snapshot!(say(SAME, &["Поділ", "Оболонь"]), @"Рекомендація (NPS): 62 [58–66], явної різниці з попередніми 90 днями немає; найнижче — Поділ та Оболонь.");
        insta::assert_snapshot!(say(WORSE, &[]), @"Рекомендація (NPS): 62 [58–66], вище, ніж за попередні 90 днів (+32).");
        insta::assert_snapshot!(say(BETTER, &["Поділ"]), @"Рекомендація (NPS): 62 [58–66], нижче, ніж за попередні 90 днів (−26); найнижче — Поділ.");
        insta::assert_snapshot!(say(FEW, &[]), @"Рекомендація (NPS): 62 [58–66], для порівняння з попередніми 90 днями замало відповідей.");
        insta::assert_snapshot!(said(Lang::Uk, SAME, 5000, &[]), @"Рекомендація (NPS): показувати ще рано, потрібно відповідей: щонайменше 5 000.");
    }

    #[test]
    fn bulgarian() {
        let say = |earlier, lowest: &[&str]| said(Lang::Bg, earlier, 5, lowest);
        insta::assert_snapshot!(say(SAME, &["Витоша", "Младост"]), @"Препоръка (NPS): 62 [58–66], без ясна промяна спрямо предишните 90 дни; най-ниско — Витоша и Младост.");
        insta::assert_snapshot!(say(WORSE, &[]), @"Препоръка (NPS): 62 [58–66], по-високо, отколкото през предишните 90 дни (+32).");
        insta::assert_snapshot!(say(BETTER, &["Витоша"]), @"Препоръка (NPS): 62 [58–66], по-ниско, отколкото през предишните 90 дни (−26); най-ниско — Витоша.");
        insta::assert_snapshot!(say(FEW, &[]), @"Препоръка (NPS): 62 [58–66], твърде малко отговори за сравнение с предишните 90 дни.");
        insta::assert_snapshot!(said(Lang::Bg, SAME, 5000, &[]), @"Препоръка (NPS): още е рано да се покаже, нужни са поне 5000 отговора.");
    }

    #[test]
    fn no_answers_and_short_periods() {
        for (lang, expected) in [
            (Lang::En, "Nobody has answered on this day."),
            (Lang::Ru, "За этот день никто не ответил."),
            (Lang::Uk, "За цей день ніхто не відповів."),
            (Lang::Bg, "За този ден никой не е отговорил."),
        ] {
            let tr = Tr::new(lang);
            let said = sentence(
                tr,
                &Summary {
                    metric_name: "NPS",
                    metric: &Metric::Csi,
                    figure: &Figure::Nothing,
                    change: None,
                    days: 1,
                    lowest: &[],
                    minimum: 5,
                },
            );
            assert_eq!(said, expected);
        }
    }
}
