//! The business of the demo: an invented chain of coffee houses and bakeries, with its people and its guests.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use radost_app::domain::name::{CustomerId, EmployeeId, LocationId};
use radost_app::domain::retain::Customer;
use radost_app::domain::team::{Employee, Location, LocationKind};
use radost_app::domain::{Code, Language, Slug};
use rand::seq::IndexedRandom;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use uuid::Uuid;

use super::names;

/// The chain's name.
pub const NAME: &str = "Lypa Coffee & Bakery";
/// The region of the regional manager who can sign in.
pub const MANAGED_REGION: &str = "ua-west";
/// Worse since a few months: a new team nobody trained.
pub const FELL: &str = "plovdiv-kapana";
/// Never good: too small for its queue.
pub const CHRONIC: &str = "kyiv-central-station";
/// Better since a second machine and a morning helper came.
pub const IMPROVED: &str = "lviv-rynok-square";

/// How much of everything there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Customers.
    pub customers: usize,
    /// Responses of the whole history.
    pub responses: usize,
    /// Days of the history.
    pub days: i32,
}

impl Default for Size {
    fn default() -> Self {
        Size {
            customers: 40_000,
            responses: 200_000,
            days: 730,
        }
    }
}

/// Where a place stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Country {
    Ukraine,
    Bulgaria,
    Kazakhstan,
    Poland,
    Georgia,
}

/// What happens to a place during the two years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Steady,
    Fell,
    Chronic,
    Improved,
}

/// A place with what makes it itself.
#[derive(Debug)]
pub struct Shop {
    pub code: Slug,
    pub country: Country,
    pub zone: TimeZone,
    /// Share of the business.
    pub weight: f64,
    /// Full of visitors in summer.
    pub tourist: bool,
    /// Whether a touch screen stands at the door.
    pub kiosk: bool,
    pub fate: Fate,
    /// Its own level of friendliness, speed, quality, cleanliness and value.
    pub level: [f64; 5],
    /// Who serves there, by index into [`Business::employees`].
    pub staff: Vec<usize>,
    /// Who comes there, by index into [`Business::guests`].
    pub guests: Vec<usize>,
}

/// What the generator knows of a customer beyond the record.
#[derive(Debug)]
pub struct Guest {
    pub language: Language,
    /// Some people are easier to please.
    pub mood: f64,
    pub regular: bool,
    /// Set for a company that buys beans: its size.
    pub company: Option<&'static str>,
}

/// Everything but the answers.
#[derive(Debug)]
pub struct Business {
    pub locations: Vec<Location>,
    pub employees: Vec<Employee>,
    /// How well each employee gets along with people.
    pub charm: Vec<f64>,
    pub customers: Vec<Customer>,
    /// One for each customer.
    pub guests: Vec<Guest>,
    pub shops: Vec<Shop>,
    /// Companies among the customers.
    pub companies: Vec<usize>,
    /// Those who answer support requests, and those who look after companies.
    pub agents: Vec<usize>,
    pub account_managers: Vec<usize>,
}

/// A number with mean 0 and spread 1, near enough to normal and the same on every machine.
pub fn gauss(rng: &mut impl Rng) -> f64 {
    let sum: f64 = (0..4).map(|_| rng.random::<f64>()).sum();
    (sum - 2.0) * 3f64.sqrt()
}

impl Business {
    /// The chain as it is under this seed; ids carry the moment `founded`.
    ///
    /// # Errors
    /// When a name written here is not one, which the tests exclude.
    pub fn new(seed: u64, size: Size, founded: Timestamp) -> anyhow::Result<Business> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let millis = founded.as_millisecond().unsigned_abs();
        let mut number = 0u32;
        let mut id = || {
            number += 1;
            numbered_id(millis, number, [0; 3])
        };
        let mut business = Business {
            locations: Vec::new(),
            employees: Vec::new(),
            charm: Vec::new(),
            customers: Vec::new(),
            guests: Vec::new(),
            shops: Vec::new(),
            companies: Vec::new(),
            agents: Vec::new(),
            account_managers: Vec::new(),
        };
        business.open_shops(&mut rng, &mut id)?;
        business.hire(&mut rng, &mut id)?;
        business.welcome(&mut rng, &mut id, size.customers)?;
        Ok(business)
    }

    fn open_shops(
        &mut self,
        rng: &mut ChaCha8Rng,
        id: &mut impl FnMut() -> Uuid,
    ) -> anyhow::Result<()> {
        let network = LocationId(id());
        let location =
            |id, parent, kind, code: String, name: &str, zone: &str| -> anyhow::Result<Location> {
                Ok(Location {
                    id,
                    parent,
                    kind,
                    code: code.parse()?,
                    name: name.to_owned(),
                    time_zone: zone.to_owned(),
                    active: true,
                })
            };
        self.locations.push(location(
            network,
            None,
            LocationKind::Network,
            "lypa".into(),
            NAME,
            "Europe/Kyiv",
        )?);
        for (code, name, country, zone, places) in REGIONS {
            let region = LocationId(id());
            self.locations.push(location(
                region,
                Some(network),
                LocationKind::Region,
                (*code).to_owned(),
                name,
                zone,
            )?);
            for place in *places {
                let code = slug_of(place);
                let fate = match code.as_str() {
                    FELL => Fate::Fell,
                    CHRONIC => Fate::Chronic,
                    IMPROVED => Fate::Improved,
                    _ => Fate::Steady,
                };
                self.locations.push(location(
                    LocationId(id()),
                    Some(region),
                    LocationKind::Location,
                    code.clone(),
                    place,
                    zone,
                )?);
                let level = 0.16 * gauss(rng);
                let shop = Shop {
                    code: code.parse()?,
                    country: *country,
                    zone: TimeZone::get(zone)?,
                    // The places of the story are big enough to be seen.
                    weight: if fate == Fate::Steady {
                        rng.random_range(0.5..1.6)
                    } else {
                        1.6
                    },
                    tourist: TOURIST.contains(place),
                    kiosk: fate != Fate::Steady || rng.random_bool(0.3),
                    fate,
                    level: std::array::from_fn(|_| {
                        if fate == Fate::Steady {
                            level + 0.1 * gauss(rng)
                        } else {
                            0.0
                        }
                    }),
                    staff: Vec::new(),
                    guests: Vec::new(),
                };
                self.shops.push(shop);
            }
        }
        Ok(())
    }

    fn hire(&mut self, rng: &mut ChaCha8Rng, id: &mut impl FnMut() -> Uuid) -> anyhow::Result<()> {
        let by_code: BTreeMap<String, LocationId> = self
            .locations
            .iter()
            .map(|location| (location.code.to_string(), location.id))
            .collect();
        let mut jobs: Vec<(Option<usize>, &str)> = Vec::new();
        for shop in 0..self.shops.len() {
            jobs.push((Some(shop), "Location manager"));
            let others = if self.shops[shop].weight > 1.1 { 6 } else { 5 };
            jobs.extend((0..others).map(|n| {
                (
                    Some(shop),
                    [
                        "Barista", "Barista", "Cashier", "Barista", "Baker", "Waiter",
                    ][n],
                )
            }));
        }
        jobs.extend((0..12).map(|_| (None, "Support agent")));
        jobs.extend((0..8).map(|_| (None, "Account manager")));
        for (number, (shop, job)) in jobs.into_iter().enumerate() {
            let country = shop.map_or(Country::Ukraine, |shop| self.shops[shop].country);
            self.employees.push(Employee {
                id: EmployeeId(id()),
                code: format!("e{:04}", number + 1).parse()?,
                name: names::person(rng, country),
                job: job.to_owned(),
                location: shop
                    .and_then(|shop| by_code.get(self.shops[shop].code.as_str()).copied()),
                active: true,
            });
            self.charm.push(0.22 * gauss(rng));
            match (shop, job) {
                (Some(shop), _) => self.shops[shop].staff.push(number),
                (None, "Support agent") => self.agents.push(number),
                (None, _) => self.account_managers.push(number),
            }
        }
        Ok(())
    }

    fn welcome(
        &mut self,
        rng: &mut ChaCha8Rng,
        id: &mut impl FnMut() -> Uuid,
        count: usize,
    ) -> anyhow::Result<()> {
        let customer_type: Code = "customer_type".parse()?;
        let size: Code = "size".parse()?;
        let total: f64 = self.shops.iter().map(|shop| shop.weight).sum();
        for number in 0..count {
            let mut at = rng.random_range(0.0..total);
            let home = self.shops.iter().position(|shop| {
                at -= shop.weight;
                at < 0.0
            });
            let home = home.unwrap_or(0);
            let (country, zone) = (
                self.shops[home].country,
                self.shops[home].zone.iana_name().map(str::to_owned),
            );
            let company = (number % 40 == 7).then(|| {
                *["small", "small", "medium", "medium", "large"]
                    .choose(rng)
                    .unwrap_or(&"small")
            });
            let regular = rng.random_bool(0.62);
            let language = language_in(rng, country);
            let external_id = format!("C-{:06}", number + 1);
            let mut segments = BTreeMap::new();
            let name = match company {
                Some(company) => {
                    segments.insert(size.clone(), company.to_owned());
                    self.companies.push(number);
                    names::company(rng, country)
                }
                None => {
                    segments.insert(
                        customer_type.clone(),
                        if regular { "regular" } else { "new" }.to_owned(),
                    );
                    self.shops[home].guests.push(number);
                    names::person(rng, country)
                }
            };
            // No network is reached by these: example.com is nobody's, and no operator has the prefix 000.
            let email = rng
                .random_bool(0.7)
                .then(|| format!("{}@example.com", external_id.to_lowercase()));
            let phone = rng
                .random_bool(0.6)
                .then(|| format!("+{}000{:06}", prefix(country), number + 1));
            self.customers.push(Customer {
                id: CustomerId(id()),
                external_id,
                name,
                email: email.map(|email| email.parse()).transpose()?,
                phone,
                language: Some(language),
                time_zone: zone,
                segments,
            });
            self.guests.push(Guest {
                language,
                mood: 0.38 * gauss(rng),
                regular,
                company,
            });
        }
        Ok(())
    }
}

/// A version 7 id of this moment that sorts by its number.
pub fn numbered_id(millis: u64, number: u32, random: [u8; 3]) -> Uuid {
    let [a, b, c, d] = number.to_be_bytes();
    let [x, y, z] = random;
    uuid::Builder::from_unix_timestamp_millis(millis, &[0, 0, 0, a, b, c, d, x, y, z]).into_uuid()
}

/// The language in which somebody there is spoken to.
pub fn language_in(rng: &mut impl Rng, country: Country) -> Language {
    use Language::*;
    let shares: &[(Language, f64)] = match country {
        Country::Ukraine => &[(Uk, 0.80), (En, 0.11), (Ru, 0.09)],
        Country::Bulgaria => &[(Bg, 0.91), (En, 0.09)],
        Country::Kazakhstan => &[(Ru, 0.92), (En, 0.08)],
        Country::Poland => &[(En, 0.64), (Uk, 0.30), (Ru, 0.06)],
        Country::Georgia => &[(En, 0.66), (Ru, 0.34)],
    };
    let mut at = rng.random::<f64>();
    for (language, share) in shares {
        at -= share;
        if at < 0.0 {
            return *language;
        }
    }
    shares[0].0
}

fn prefix(country: Country) -> &'static str {
    match country {
        Country::Ukraine => "380",
        Country::Bulgaria => "359",
        Country::Kazakhstan => "7",
        Country::Poland => "48",
        Country::Georgia => "995",
    }
}

/// `Lviv, Rynok Square` → `lviv-rynok-square`.
fn slug_of(name: &str) -> String {
    let mut slug = String::new();
    for c in name.chars() {
        match c {
            'ó' => slug.push('o'),
            'ń' => slug.push('n'),
            'ł' => slug.push('l'),
            'Ś' => slug.push('s'),
            c if c.is_ascii_alphanumeric() => slug.push(c.to_ascii_lowercase()),
            _ if !slug.ends_with('-') => slug.push('-'),
            _ => {}
        }
    }
    slug
}

type Region = (
    &'static str,
    &'static str,
    Country,
    &'static str,
    &'static [&'static str],
);

const REGIONS: &[Region] = &[
    (
        "kyiv",
        "Kyiv",
        Country::Ukraine,
        "Europe/Kyiv",
        &[
            "Kyiv, Yaroslaviv Val",
            "Kyiv, Reitarska",
            "Kyiv, Velyka Vasylkivska",
            "Kyiv, Saksahanskoho",
            "Kyiv, Antonovycha",
            "Kyiv, Sahaidachnoho",
            "Kyiv, Kostiantynivska",
            "Kyiv, Pechersk",
            "Kyiv, Obolon",
            "Kyiv, Central Station",
        ],
    ),
    (
        MANAGED_REGION,
        "Western Ukraine",
        Country::Ukraine,
        "Europe/Kyiv",
        &[
            "Lviv, Rynok Square",
            "Lviv, Krakivska",
            "Lviv, Horodotska",
            "Lviv, Stryiska",
            "Ivano-Frankivsk, Nezalezhnosti",
            "Uzhhorod, Korzo",
            "Chernivtsi, Kobylianskoi",
            "Ternopil, Ruska",
            "Lutsk, Lesi Ukrainky",
            "Rivne, Soborna",
        ],
    ),
    (
        "ua-centre-south",
        "Central and Southern Ukraine",
        Country::Ukraine,
        "Europe/Kyiv",
        &[
            "Vinnytsia, Soborna",
            "Vinnytsia, Keletska",
            "Zhytomyr, Kyivska",
            "Cherkasy, Shevchenka",
            "Poltava, Sobornosti",
            "Dnipro, Yavornytskoho",
            "Odesa, Derybasivska",
            "Odesa, Pryvoz",
        ],
    ),
    (
        "sofia",
        "Sofia and the West",
        Country::Bulgaria,
        "Europe/Sofia",
        &[
            "Sofia, Vitosha Blvd",
            "Sofia, Graf Ignatiev",
            "Sofia, Rakovski",
            "Sofia, Lozenets",
            "Sofia, Studentski Grad",
            "Sofia, Serdika",
            "Sofia, Mladost",
            "Sofia, Oborishte",
            "Blagoevgrad, Todor Aleksandrov",
        ],
    ),
    (
        "bg-east",
        "Plovdiv and the Black Sea",
        Country::Bulgaria,
        "Europe/Sofia",
        &[
            "Plovdiv, Kapana",
            "Plovdiv, Main Street",
            "Plovdiv, Trakia",
            "Stara Zagora, Tsar Simeon",
            "Burgas, Aleksandrovska",
            "Burgas, Sea Garden",
            "Varna, Knyaz Boris I",
            "Varna, Sea Garden",
        ],
    ),
    (
        "kazakhstan",
        "Kazakhstan",
        Country::Kazakhstan,
        "Asia/Almaty",
        &[
            "Almaty, Panfilov",
            "Almaty, Abay Avenue",
            "Almaty, Dostyk",
            "Almaty, Satpayev",
            "Almaty, Rozybakiev",
            "Astana, Mangilik El",
            "Astana, Kabanbay Batyr",
            "Shymkent, Tauke Khan",
        ],
    ),
    (
        "poland",
        "Poland",
        Country::Poland,
        "Europe/Warsaw",
        &[
            "Warsaw, Nowy Świat",
            "Warsaw, Praga",
            "Kraków, Floriańska",
            "Wrocław, Rynek",
        ],
    ),
    (
        "georgia",
        "Georgia",
        Country::Georgia,
        "Asia/Tbilisi",
        &["Tbilisi, Rustaveli", "Tbilisi, Vake", "Batumi, Boulevard"],
    ),
];

const TOURIST: &[&str] = &[
    "Lviv, Krakivska",
    "Odesa, Derybasivska",
    "Burgas, Sea Garden",
    "Varna, Sea Garden",
    "Kraków, Floriańska",
    "Batumi, Boulevard",
];
