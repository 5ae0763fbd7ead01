//! Two years of answers: every visit has one hidden satisfaction from which all of its answers follow.

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};
use jiff::{SignedDuration, Timestamp, ToSpan};
use radost_app::domain::Language;
use radost_app::domain::listen::Channel;
use radost_app::listen::NewResponse;
use rand::seq::IndexedRandom;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::Value;

use super::business::{Business, Fate, Guest, Shop, Size, gauss};
use super::comments::{self, Topic};

/// The surveys of the demo, by code; every response belongs to one of them.
pub const SURVEYS: [&str; 5] = [
    "post-visit",
    "kiosk-pulse",
    "support-effort",
    "supplier-relationship",
    "new-features",
];
/// Their shares of all responses.
const SHARES: [f64; 5] = [0.74, 0.19, 0.045, 0.015, 0.01];

/// How many days ago a place fell, or rose.
pub const FELL_DAYS_AGO: i32 = 110;
pub const IMPROVED_DAYS_AGO: i32 = 200;

/// The rated attributes in the order of [`Topic::ALL`], where the chain stands in each, and what each weighs in the whole.
const ATTRIBUTES: [(&str, f64, f64); 5] = [
    ("friendliness", 4.55, 0.30),
    ("speed", 4.25, 0.22),
    ("quality", 4.50, 0.28),
    ("cleanliness", 4.45, 0.10),
    ("value", 4.05, 0.10),
];
/// Where the chain stands as a whole.
const OVERALL: f64 = 4.42;

/// An answer set with the survey it belongs to (an index into [`SURVEYS`]).
#[derive(Debug, Clone)]
pub struct Answered {
    pub survey: usize,
    pub response: NewResponse,
    pub at: Timestamp,
}

/// The history of a business that began `size.days` before `origin` and goes on after it.
#[derive(Debug)]
pub struct History {
    pub business: Business,
    seed: u64,
    size: Size,
    /// The day on which the story is told: "110 days ago" counts from here.
    origin: Date,
    per_day: f64,
}

impl History {
    /// The history under this seed as it is told on `origin`.
    pub fn new(business: Business, seed: u64, size: Size, origin: Date) -> History {
        let mut history = History {
            business,
            seed,
            size,
            origin,
            per_day: 1.0,
        };
        let busy: f64 = history.days().map(|day| history.busyness(day)).sum();
        history.per_day = size.responses as f64 / busy.max(1.0);
        history
    }

    /// The first day.
    pub fn first_day(&self) -> Date {
        self.origin.saturating_sub(self.size.days.days())
    }

    fn days(&self) -> impl Iterator<Item = Date> {
        self.first_day()
            .series(1.day())
            .take_while(|day| *day <= self.origin)
    }

    fn ago(&self, day: Date) -> i32 {
        (self.origin - day).get_days()
    }

    /// How much a day has to do: the chain grows, weekends and December are full, August is quiet.
    fn busyness(&self, day: Date) -> f64 {
        let growth = 1.15 - 0.3 * f64::from(self.ago(day)) / f64::from(self.size.days.max(1));
        let weekday = match day.weekday() {
            Weekday::Monday | Weekday::Tuesday => 0.86,
            Weekday::Friday => 1.1,
            Weekday::Saturday => 1.3,
            Weekday::Sunday => 1.12,
            _ => 0.95,
        };
        let season = match (day.month(), day.day()) {
            (12, 10..) => 1.4,
            (12, _) => 1.12,
            (1, 1..=7) => 0.6,
            (8, _) => 0.88,
            _ => 1.0,
        };
        growth * weekday * season
    }

    /// What was answered on a day, in the order of time. The same whenever it is asked for.
    pub fn day(&self, day: Date) -> Vec<Answered> {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        let number = (day - jiff::civil::date(1970, 1, 1)).get_days();
        rng.set_stream(u64::from(number.unsigned_abs()));
        let expected = self.per_day * self.busyness(day);
        let count = expected as usize + usize::from(rng.random_bool(expected.fract()));
        let mut answered: Vec<Answered> = (0..count)
            .filter_map(|index| {
                let mut answered = self.answer(&mut rng, day)?;
                answered.response.client_id = Some(format!("demo {day} {index}"));
                Some(answered)
            })
            .collect();
        answered.sort_by_key(|answered| answered.at);
        answered
    }

    /// Somebody answers right now, where it is day if it is day anywhere.
    pub fn live(&self, rng: &mut impl Rng, now: Timestamp) -> Option<Answered> {
        let open = |shop: &Shop| hour_weight(shop.zone.to_datetime(now).hour());
        let shop = weighted(rng, &self.business.shops, |shop| {
            shop.weight * open(shop).max(0.001)
        })?;
        let day = shop.zone.to_datetime(now).date();
        let awake = open(shop) > 0.0;
        let survey = if awake { self.survey_of(rng) } else { 0 };
        let mut answered = self.answer_at(rng, survey, shop, day, now)?;
        if !awake
            && matches!(
                answered.response.channel,
                Some(Channel::Qr | Channel::Kiosk)
            )
        {
            answered.response.channel = Some(Channel::Web);
        }
        answered.response.started_at = None;
        answered.response.submitted_at = None;
        Some(answered)
    }

    fn survey_of(&self, rng: &mut impl Rng) -> usize {
        let indices: [usize; 5] = [0, 1, 2, 3, 4];
        weighted(rng, &indices, |index| SHARES[*index])
            .copied()
            .unwrap_or(0)
    }

    fn answer(&self, rng: &mut impl Rng, day: Date) -> Option<Answered> {
        let survey = self.survey_of(rng);
        let summer = (6..=8).contains(&day.month());
        let shop = weighted(rng, &self.business.shops, |shop| {
            let season = if shop.tourist && summer { 1.7 } else { 1.0 };
            if survey == 1 && !shop.kiosk {
                0.0
            } else {
                shop.weight * season
            }
        })?;
        let hours: [i8; 24] = std::array::from_fn(|hour| i8::try_from(hour).unwrap_or(0));
        let hour = *weighted(rng, &hours, |hour| hour_weight(*hour))?;
        let time = day.at(hour, rng.random_range(0..60), rng.random_range(0..60), 0);
        let at = time.to_zoned(shop.zone.clone()).ok()?.timestamp();
        self.answer_at(rng, survey, shop, day, at)
    }

    fn answer_at(
        &self,
        rng: &mut impl Rng,
        survey: usize,
        shop: &Shop,
        day: Date,
        at: Timestamp,
    ) -> Option<Answered> {
        let mut response = NewResponse::default();
        match survey {
            0 => self.visit(rng, shop, day, at, &mut response),
            1 => self.kiosk(rng, shop, day, at, &mut response),
            2 => self.support(rng, shop, &mut response),
            3 => self.supplier(rng, &mut response)?,
            _ => self.wishes(rng, shop, &mut response),
        }
        let minutes = [1.6, 0.25, 0.8, 2.6, 1.7][survey] * (1.0 + 0.35 * gauss(rng)).max(0.2);
        response.started_at = Some(at - SignedDuration::from_secs_f64(60.0 * minutes));
        response.submitted_at = Some(at);
        Some(Answered {
            survey,
            response,
            at,
        })
    }

    /// What a place is worth on a day, by attribute: its own level, the season and its fate.
    fn standing(&self, shop: &Shop, day: Date, hour: i8) -> [f64; 5] {
        let [
            mut friendliness,
            mut speed,
            mut quality,
            mut cleanliness,
            mut value,
        ] = shop.level;
        let ago = self.ago(day);
        if day.month() == 12 && day.day() >= 8 {
            speed -= 0.5;
            friendliness -= 0.1;
        }
        if matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
            speed -= 0.18;
        }
        if matches!(hour, 8 | 9 | 13) {
            speed -= 0.15;
        }
        if (6..=8).contains(&day.month()) {
            value -= 0.06;
            if shop.tourist {
                speed -= 0.35;
                cleanliness -= 0.2;
            }
        }
        // The whole chain learns slowly.
        quality += 0.12 * (1.0 - f64::from(ago) / f64::from(self.size.days.max(1)));
        match shop.fate {
            Fate::Steady => {}
            Fate::Fell if ago <= FELL_DAYS_AGO => {
                // It slid within three weeks.
                let far = (f64::from(FELL_DAYS_AGO - ago) / 21.0).min(1.0);
                friendliness -= 1.3 * far;
                speed -= 1.0 * far;
                cleanliness -= 0.7 * far;
                quality -= 0.4 * far;
            }
            Fate::Fell => {
                friendliness += 0.15;
                quality += 0.1;
            }
            Fate::Chronic => {
                speed -= 1.3;
                cleanliness -= 0.9;
                friendliness -= 0.5;
                value -= 0.5;
                quality -= 0.3;
            }
            Fate::Improved if ago > IMPROVED_DAYS_AGO => {
                speed -= 1.4;
                friendliness -= 0.35;
                value -= 0.2;
            }
            Fate::Improved => {
                speed += 0.25;
                friendliness += 0.1;
            }
        }
        [friendliness, speed, quality, cleanliness, value]
    }

    /// What somebody felt by attribute, and as a whole.
    fn felt(
        &self,
        rng: &mut impl Rng,
        standing: [f64; 5],
        guest: Option<&Guest>,
        charm: f64,
    ) -> ([f64; 5], f64) {
        let mood = guest.map_or_else(|| 0.38 * gauss(rng), |guest| guest.mood);
        let regular = guest.map_or_else(|| rng.random_bool(0.4), |guest| guest.regular);
        let visit = 0.5 * gauss(rng) + mood + if regular { 0.1 } else { -0.14 };
        let mut felt: [f64; 5] =
            std::array::from_fn(|a| ATTRIBUTES[a].1 + standing[a] + visit + 0.62 * gauss(rng));
        felt[0] += charm + if regular { 0.08 } else { 0.0 };
        let mut overall = OVERALL + 0.3 * gauss(rng);
        // One visit in seventeen goes wrong in one respect, and people remember that.
        if rng.random_bool(0.06) {
            felt[rng.random_range(0..5)] -= 2.0;
            overall -= if rng.random_bool(0.3) { 2.4 } else { 0.7 };
        }
        for (attribute, felt) in ATTRIBUTES.iter().zip(felt) {
            overall += attribute.2 * (felt - attribute.1);
        }
        (felt, overall)
    }

    fn visit(
        &self,
        rng: &mut impl Rng,
        shop: &Shop,
        day: Date,
        at: Timestamp,
        response: &mut NewResponse,
    ) {
        let channel = channel(
            rng,
            &[
                (Channel::Qr, 0.46),
                (Channel::Email, 0.24),
                (Channel::Messenger, 0.15),
                (Channel::Web, 0.09),
                (Channel::Phone, 0.06),
            ],
        );
        let known = match channel {
            Channel::Qr | Channel::Web => rng.random_bool(0.35),
            _ => true,
        };
        let guest = if known {
            shop.guests.choose(rng).copied()
        } else {
            None
        };
        if let Some(index) = guest {
            response.customer = Some(self.business.customers[index].external_id.clone());
        }
        let guest = guest.map(|index| &self.business.guests[index]);
        let employee = if rng.random_bool(0.6) {
            shop.staff[1..].choose(rng).copied()
        } else {
            None
        };
        let charm = employee.map_or(0.0, |index| self.business.charm[index]);
        let standing = self.standing(shop, day, shop.zone.to_datetime(at).hour());
        let (felt, overall) = self.felt(rng, standing, guest, charm);
        let language = self.language(rng, guest, shop);
        self.address(response, shop, channel, language);
        response.employee = employee.map(|index| self.business.employees[index].code.to_string());
        response.touchpoint = Some(
            if rng.random_bool(0.7) {
                "visit"
            } else if rng.random_bool(0.75) {
                "takeaway"
            } else {
                "delivery"
            }
            .into(),
        );
        if guest.is_none() && rng.random_bool(0.6) {
            let kind = if rng.random_bool(0.4) {
                "regular"
            } else {
                "new"
            };
            response
                .segments
                .insert("customer_type".into(), kind.into());
        }

        let nps = recommendation(rng, overall, channel);
        let answers = &mut response.answers;
        answers.insert("nps".into(), nps.into());
        // The unhappy write more often; on the phone everybody says something.
        let writes = match (channel, nps) {
            (Channel::Phone, _) => 0.8,
            (_, 0..=6) => 0.62,
            (_, 7..=8) => 0.33,
            _ => 0.3,
        };
        if rng.random_bool(writes) {
            let (question, text) = if nps >= 9 {
                let topics = topics(rng, |a| {
                    (felt[a] - 4.0).max(0.05) * [1.3, 1.0, 1.45, 0.45, 0.35][a]
                });
                ("liked", comments::praise(rng, language, &topics))
            } else {
                let topics = topics(rng, |a| {
                    (4.7 - felt[a]).max(0.05).powi(2) * [0.8, 1.6, 0.75, 0.7, 0.4][a]
                });
                (
                    "improve",
                    comments::complaint(rng, language, &topics, nps >= 7),
                )
            };
            answers.insert(question.into(), text.into());
        }
        if rng.random_bool(0.96) {
            answers.insert("csat".into(), point(overall, 5));
        }
        rate(rng, answers, &ATTRIBUTES.map(|(code, _, _)| code), &felt);
        // Many are gone before the second page.
        if rng.random_bool(0.57) {
            let hurry = if response.touchpoint.as_deref() == Some("takeaway") {
                0.4
            } else {
                0.0
            };
            for (code, mean) in [
                ("friendliness", 4.4),
                ("speed", 4.0 + hurry),
                ("quality", 4.75),
                ("cleanliness", 4.3),
                ("value", 4.1),
            ] {
                answers.insert(
                    format!("{code}_importance"),
                    point(mean + 0.75 * gauss(rng), 5),
                );
            }
        }
        if response.customer.is_some() && rng.random_bool(if nps <= 6 { 0.4 } else { 0.15 }) {
            answers.insert("contact".into(), true.into());
        }
    }

    fn kiosk(
        &self,
        rng: &mut impl Rng,
        shop: &Shop,
        day: Date,
        at: Timestamp,
        response: &mut NewResponse,
    ) {
        let standing = self.standing(shop, day, shop.zone.to_datetime(at).hour());
        let (felt, overall) = self.felt(rng, standing, None, 0.0);
        let language = self.language(rng, None, shop);
        self.address(response, shop, Channel::Kiosk, language);
        response.touchpoint = Some("exit".into());
        let csat = overall.round().clamp(1.0, 5.0);
        let answers = &mut response.answers;
        answers.insert("csat".into(), point(overall, 5));
        if csat <= 3.0 && rng.random_bool(0.8) {
            let topics = topics(rng, |a| (4.7 - felt[a]).max(0.05).powi(2));
            let chosen: Vec<Value> = topics
                .into_iter()
                .map(|topic| match topic {
                    Topic::Friendliness => "staff",
                    Topic::Speed => "waiting",
                    Topic::Quality => "quality",
                    Topic::Cleanliness => "cleanliness",
                    Topic::Value => "price",
                })
                .map(Value::from)
                .collect();
            answers.insert("influenced".into(), chosen.into());
        }
        if rng.random_bool(0.7) {
            answers.insert(
                "nps".into(),
                recommendation(rng, overall, Channel::Kiosk).into(),
            );
        }
    }

    fn support(&self, rng: &mut impl Rng, shop: &Shop, response: &mut NewResponse) {
        let channel = channel(
            rng,
            &[
                (Channel::Email, 0.5),
                (Channel::Messenger, 0.3),
                (Channel::Phone, 0.2),
            ],
        );
        let guest = shop.guests.choose(rng).copied();
        if let Some(index) = guest {
            response.customer = Some(self.business.customers[index].external_id.clone());
        }
        let guest = guest.map(|index| &self.business.guests[index]);
        let agent = self.business.agents.choose(rng).copied();
        let charm = agent.map_or(0.0, |index| self.business.charm[index]);
        response.employee = agent.map(|index| self.business.employees[index].code.to_string());
        response.channel = Some(channel);
        let language = self.language(rng, guest, shop);
        response.language = Some(language);
        let contacted_by = match channel {
            Channel::Phone => "phone",
            Channel::Messenger => "messenger",
            _ => "e-mail",
        };
        response
            .segments
            .insert("contacted_by".into(), contacted_by.into());
        let ease = 0.35 + charm + guest.map_or(0.0, |guest| guest.mood) + gauss(rng);
        let ces = (5.4 + 1.25 * ease).round().clamp(1.0, 7.0) as i64;
        let solved = match ease + 0.5 * gauss(rng) {
            x if x > -0.5 => "yes",
            x if x > -1.3 => "partly",
            _ => "no",
        };
        let csat = (4.1 + 0.85 * ease + 0.35 * gauss(rng))
            .round()
            .clamp(1.0, 5.0) as i64;
        let answers = &mut response.answers;
        answers.insert("ces".into(), ces.into());
        answers.insert("solved".into(), solved.into());
        answers.insert("csat".into(), csat.into());
        let reasons = [
            "order", "order", "delivery", "delivery", "delivery", "payment", "product", "return",
            "other",
        ];
        answers.insert(
            "reason".into(),
            reasons.choose(rng).copied().unwrap_or("other").into(),
        );
        let unhappy = ces <= 5 || csat <= 3 || solved != "yes";
        if unhappy && rng.random_bool(0.55) {
            answers.insert("comment".into(), comments::support(rng, language).into());
        }
    }

    fn supplier(&self, rng: &mut impl Rng, response: &mut NewResponse) -> Option<()> {
        let index = self.business.companies.choose(rng).copied()?;
        let (customer, guest) = (
            &self.business.customers[index],
            &self.business.guests[index],
        );
        let channel = channel(rng, &[(Channel::Phone, 0.6), (Channel::Email, 0.4)]);
        response.customer = Some(customer.external_id.clone());
        response.channel = Some(channel);
        response.language = Some(guest.language);
        let manager = self
            .business
            .account_managers
            .get(index % self.business.account_managers.len().max(1))
            .copied();
        let charm = manager.map_or(0.0, |index| self.business.charm[index]);
        response.employee = manager.map(|index| self.business.employees[index].code.to_string());
        // Small companies feel small.
        let size = match guest.company {
            Some("small") => -0.25,
            Some("large") => 0.25,
            _ => 0.0,
        };
        let visit = 0.45 * gauss(rng) + guest.mood + size + charm;
        let means = [4.1, 4.6, 4.4, 4.0, 3.9];
        let felt: [f64; 5] = std::array::from_fn(|a| means[a] + visit + 0.55 * gauss(rng));
        let overall = OVERALL
            + felt
                .iter()
                .zip(means)
                .map(|(felt, mean)| 0.2 * (felt - mean))
                .sum::<f64>()
            + 0.25 * gauss(rng);
        let nps = recommendation(rng, overall, channel);
        let answers = &mut response.answers;
        answers.insert("csat".into(), point(overall, 5));
        answers.insert("nps".into(), nps.into());
        let codes = ["deadlines", "quality", "competence", "problems", "value"];
        rate(rng, answers, &codes, &felt);
        if nps >= 9 && rng.random_bool(0.5) {
            answers.insert(
                "appreciated".into(),
                comments::supplier(rng, guest.language, true).into(),
            );
        }
        if rng.random_bool(if nps <= 8 { 0.7 } else { 0.25 }) {
            answers.insert(
                "improve".into(),
                comments::supplier(rng, guest.language, false).into(),
            );
        }
        if rng.random_bool(0.85) {
            for (code, mean) in codes.iter().zip([4.6, 4.7, 4.2, 4.5, 4.3]) {
                answers.insert(
                    format!("{code}_importance"),
                    point(mean + 0.6 * gauss(rng), 5),
                );
            }
        }
        Some(())
    }

    /// What guests would like, feature by feature: how many take it for granted, ask for it, are delighted by it, or do not care.
    fn wishes(&self, rng: &mut impl Rng, shop: &Shop, response: &mut NewResponse) {
        /// The usual answers to both questions of must-be, one-dimensional, attractive, indifferent and reverse.
        const ANSWERS: [(i64, i64); 5] = [(2, 5), (1, 5), (1, 3), (3, 3), (5, 2)];
        const FEATURES: [(&str, [f64; 5]); 5] = [
            ("card_payment", [0.62, 0.20, 0.04, 0.13, 0.01]),
            ("seating", [0.22, 0.52, 0.10, 0.15, 0.01]),
            ("wifi", [0.28, 0.24, 0.20, 0.27, 0.01]),
            ("order_ahead", [0.03, 0.12, 0.50, 0.33, 0.02]),
            ("live_music", [0.01, 0.03, 0.22, 0.54, 0.20]),
        ];
        let regular = rng.random_bool(0.55);
        for (feature, shares) in FEATURES {
            let indices: [usize; 5] = [0, 1, 2, 3, 4];
            let kind = weighted(rng, &indices, |kind| {
                // Who comes every day has got used to ordering ahead, and would miss it.
                let wonted = feature == "order_ahead" && regular && *kind == 1;
                shares[*kind] * if wonted { 4.0 } else { 1.0 }
            });
            let (there, missing) = ANSWERS[kind.copied().unwrap_or(3)];
            // Few things are disliked by all who would miss them: some can live with it.
            let missing = if missing == 5 && rng.random_bool(0.1) {
                4
            } else {
                missing
            };
            let mut put = |side: &str, point: i64| {
                response
                    .answers
                    .insert(format!("{feature}_{side}"), point.into());
            };
            put("functional", there);
            if !rng.random_bool(0.02) {
                put("dysfunctional", missing);
            }
        }
        let language = self.language(rng, None, shop);
        self.address(response, shop, Channel::Qr, language);
        let kind = if regular { "regular" } else { "new" };
        response
            .segments
            .insert("guest_type".to_owned(), kind.to_owned());
    }

    fn language(&self, rng: &mut impl Rng, guest: Option<&Guest>, shop: &Shop) -> Language {
        guest.map_or_else(
            || super::business::language_in(rng, shop.country),
            |guest| guest.language,
        )
    }

    fn address(
        &self,
        response: &mut NewResponse,
        shop: &Shop,
        channel: Channel,
        language: Language,
    ) {
        response.location = Some(shop.code.to_string());
        response.channel = Some(channel);
        response.language = Some(language);
    }
}

/// Doors are open from seven to nine; the day has three peaks.
fn hour_weight(hour: i8) -> f64 {
    match hour {
        7 => 0.6,
        8 | 9 => 1.5,
        10 | 11 => 1.0,
        12 | 13 => 1.4,
        14..=16 => 0.9,
        17 | 18 => 1.2,
        19 | 20 => 0.8,
        21 => 0.3,
        _ => 0.0,
    }
}

/// On the phone people are kinder than on the web.
fn recommendation(rng: &mut impl Rng, overall: f64, channel: Channel) -> i64 {
    let kinder = match channel {
        Channel::Phone => 0.45,
        Channel::Web => -0.35,
        Channel::Kiosk => -0.1,
        _ => 0.0,
    };
    (9.0 + kinder + 1.75 * (overall - OVERALL) + 0.6 * gauss(rng))
        .round()
        .clamp(0.0, 10.0) as i64
}

fn point(felt: f64, points: u8) -> Value {
    (felt.round().clamp(1.0, f64::from(points)) as i64).into()
}

/// Ratings of attributes; some are skipped, a few do not apply.
fn rate(
    rng: &mut impl Rng,
    answers: &mut BTreeMap<String, Value>,
    codes: &[&str; 5],
    felt: &[f64; 5],
) {
    for (code, felt) in codes.iter().zip(felt) {
        let answer = match rng.random_range(0..100) {
            0..5 => continue,
            5..7 => Value::from("n/a"),
            _ => point(*felt, 5),
        };
        answers.insert((*code).to_owned(), answer);
    }
}

/// One topic, sometimes two, by weight.
fn topics(rng: &mut impl Rng, weight: impl Fn(usize) -> f64) -> Vec<Topic> {
    let indices: [usize; 5] = [0, 1, 2, 3, 4];
    let mut chosen = Vec::with_capacity(2);
    let count = if rng.random_bool(0.28) { 2 } else { 1 };
    for _ in 0..count {
        if let Some(index) = weighted(rng, &indices, |index| weight(*index))
            && !chosen.contains(&Topic::ALL[*index])
        {
            chosen.push(Topic::ALL[*index]);
        }
    }
    chosen
}

fn channel(rng: &mut impl Rng, shares: &[(Channel, f64)]) -> Channel {
    weighted(rng, shares, |(_, share)| *share).map_or(Channel::Web, |(channel, _)| *channel)
}

/// One of `from`, by weight.
fn weighted<'a, T>(rng: &mut impl Rng, from: &'a [T], weight: impl Fn(&T) -> f64) -> Option<&'a T> {
    let total: f64 = from.iter().map(&weight).sum();
    let mut at = rng.random::<f64>() * total;
    from.iter()
        .find(|item| {
            at -= weight(item);
            at < 0.0
        })
        .or(from.last())
}

#[cfg(test)]
mod tests {
    use super::super::business::{CHRONIC, FELL, IMPROVED};
    use super::*;
    use radost_app::domain::listen::templates;
    use std::collections::BTreeSet;

    const TODAY: Date = jiff::civil::date(2026, 11, 1);
    const SMALL: Size = Size {
        customers: 1_500,
        responses: 24_000,
        days: 730,
    };

    fn history(seed: u64, today: Date) -> History {
        let founded = "2024-11-01T00:00:00Z".parse().unwrap();
        History::new(
            Business::new(seed, SMALL, founded).unwrap(),
            seed,
            SMALL,
            today,
        )
    }

    fn all(history: &History) -> Vec<(Date, Answered)> {
        history
            .days()
            .flat_map(|day| {
                history
                    .day(day)
                    .into_iter()
                    .map(move |answered| (day, answered))
            })
            .collect()
    }

    fn nps<'a>(answered: impl Iterator<Item = &'a (Date, Answered)>) -> (f64, usize) {
        let scores: Vec<i64> = answered
            .filter_map(|(_, a)| a.response.answers.get("nps")?.as_i64())
            .collect();
        let sum: i64 = scores
            .iter()
            .map(|score| match score {
                9.. => 1,
                0..=6 => -1,
                _ => 0,
            })
            .sum();
        (100.0 * sum as f64 / scores.len() as f64, scores.len())
    }

    fn at<'a>(
        all: &'a [(Date, Answered)],
        code: &'a str,
    ) -> impl Iterator<Item = &'a (Date, Answered)> {
        all.iter()
            .filter(move |(_, a)| a.response.location.as_deref() == Some(code))
    }

    #[test]
    fn the_same_seed_and_day_tell_the_same_story() {
        let print =
            |history: &History| format!("{:?}{:?}", history.business.customers, history.day(TODAY));
        assert_eq!(print(&history(7, TODAY)), print(&history(7, TODAY)));
        assert_ne!(print(&history(7, TODAY)), print(&history(8, TODAY)));
    }

    #[test]
    fn totals_are_as_agreed() {
        let history = history(7, TODAY);
        let business = &history.business;
        assert_eq!(business.shops.len(), 60);
        assert_eq!(business.locations.len(), 1 + 8 + 60);
        assert!(
            (380..=440).contains(&business.employees.len()),
            "{}",
            business.employees.len()
        );
        assert_eq!(business.customers.len(), SMALL.customers);
        let zones: BTreeSet<_> = business
            .locations
            .iter()
            .map(|location| &location.time_zone)
            .collect();
        assert!(zones.len() >= 4);
        let all = all(&history);
        assert!(
            (all.len() as f64 / SMALL.responses as f64 - 1.0).abs() < 0.02,
            "{}",
            all.len()
        );
        for (index, code) in SURVEYS.iter().enumerate() {
            assert!(
                all.iter().any(|(_, answered)| answered.survey == index),
                "{code}"
            );
        }
        let languages: BTreeSet<_> = all
            .iter()
            .filter_map(|(_, a)| a.response.language)
            .collect();
        assert_eq!(languages.len(), 4);
        let channels: BTreeSet<_> = all.iter().filter_map(|(_, a)| a.response.channel).collect();
        assert_eq!(channels.len(), 6);
        let december = |month: i8| all.iter().filter(|(day, _)| day.month() == month).count();
        assert!(
            december(12) > december(8) * 5 / 4,
            "December is the busiest month"
        );
    }

    #[test]
    fn the_story_can_be_seen() {
        let history = history(7, TODAY);
        let all = all(&history);
        let (whole, _) = nps(all.iter());
        assert!((35.0..65.0).contains(&whole), "the chain has {whole}");
        let (chronic, n) = nps(at(&all, CHRONIC));
        assert!(
            n > 100 && chronic < whole - 25.0,
            "{chronic} of {n} against {whole}"
        );
        let split = |code, ago: i32| {
            let late = |day: Date| history.ago(day) < ago;
            let before = nps(at(&all, code).filter(|(day, _)| !late(*day))).0;
            (before, nps(at(&all, code).filter(|(day, _)| late(*day))).0)
        };
        let (before, after) = split(FELL, FELL_DAYS_AGO - 15);
        assert!(
            before > after + 30.0 && after < whole - 25.0,
            "{before} → {after}"
        );
        let (before, after) = split(IMPROVED, IMPROVED_DAYS_AGO);
        assert!(after > before + 15.0, "{before} → {after}");
        let speed = |december: bool| {
            let points: Vec<f64> = all
                .iter()
                .filter(|(day, _)| (day.month() == 12 && day.day() >= 8) == december)
                .filter_map(|(_, a)| a.response.answers.get("speed")?.as_f64())
                .collect();
            points.iter().sum::<f64>() / points.len() as f64
        };
        assert!(
            speed(true) < speed(false) - 0.2,
            "the rush of December costs speed"
        );
    }

    #[test]
    fn every_answer_fits_its_survey() {
        let surveys: Vec<_> = SURVEYS
            .iter()
            .map(|code| {
                let ready = templates::ready()
                    .iter()
                    .find(|ready| ready.code() == *code)
                    .unwrap();
                ready.survey().unwrap().publish(1, &[]).unwrap()
            })
            .collect();
        for (day, answered) in all(&history(7, TODAY)) {
            if let Err(rejection) =
                surveys[answered.survey].check_answers(&answered.response.answers)
            {
                panic!(
                    "{day}, {}: {rejection}: {:?}",
                    SURVEYS[answered.survey], answered.response.answers
                );
            }
        }
    }

    #[test]
    fn somebody_answers_at_any_hour() {
        let history = history(7, TODAY);
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        for hour in 0..24 {
            let now = "2026-11-01T00:30:00Z".parse::<Timestamp>().unwrap()
                + SignedDuration::from_hours(hour);
            let answered = history.live(&mut rng, now).unwrap();
            assert_eq!(answered.at, now);
            assert!(!answered.response.answers.is_empty());
        }
    }
}
