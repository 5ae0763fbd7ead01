//! What guests write: short, in four languages, sometimes with a slip of the finger.

use radost_app::domain::Language;
use rand::seq::IndexedRandom;
use rand::{Rng, RngExt};

/// What a comment is about, in the order of the rated attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// The staff, friendly or indifferent.
    Friendliness,
    /// How long it took.
    Speed,
    /// Coffee and food.
    Quality,
    /// Clean or dirty.
    Cleanliness,
    /// What it costs.
    Value,
}

impl Topic {
    /// Every topic, in the order of the rated attributes.
    pub const ALL: [Topic; 5] = [
        Topic::Friendliness,
        Topic::Speed,
        Topic::Quality,
        Topic::Cleanliness,
        Topic::Value,
    ];
}

/// What somebody liked.
pub fn praise(rng: &mut impl Rng, language: Language, topics: &[Topic]) -> String {
    if rng.random_bool(0.12) {
        let text = pick(set_words(language).2, rng);
        return as_typed(rng, text.to_owned());
    }
    let phrases = topics.iter().map(|topic| liked(language, *topic));
    written(rng, language, phrases.collect(), "")
}

/// What somebody wants to be better; `mild` when they were not really unhappy.
pub fn complaint(rng: &mut impl Rng, language: Language, topics: &[Topic], mild: bool) -> String {
    let words = set_words(language);
    if mild && rng.random_bool(0.18) {
        let text = pick(words.1, rng);
        return as_typed(rng, text.to_owned());
    }
    let opening = if mild && rng.random_bool(0.5) {
        pick(words.0, rng)
    } else {
        ""
    };
    let phrases = topics.iter().map(|topic| disliked(language, *topic));
    written(rng, language, phrases.collect(), opening)
}

/// What somebody writes after a contact with support.
pub fn support(rng: &mut impl Rng, language: Language) -> String {
    let text = pick(support_words(language), rng);
    let text = fill(rng, language, text);
    as_typed(rng, text)
}

/// What a company says of its supplier, content or not.
pub fn supplier(rng: &mut impl Rng, language: Language, content: bool) -> String {
    let (good, bad) = supplier_words(language);
    let text = pick(if content { good } else { bad }, rng);
    as_typed(rng, text.to_owned())
}

fn pick<'a>(from: &[&'a str], rng: &mut impl Rng) -> &'a str {
    from.choose(rng).copied().unwrap_or_default()
}

fn written(
    rng: &mut impl Rng,
    language: Language,
    phrases: Vec<&[&'static str]>,
    opening: &str,
) -> String {
    let mut text = opening.to_owned();
    for phrases in phrases {
        let phrase = pick(phrases, rng);
        let phrase = fill(rng, language, phrase);
        if text.is_empty() {
            text = phrase;
        } else if !text.ends_with(['.', '!', '?']) {
            text.push(' ');
            text.push_str(&decapitalised(&phrase));
        } else {
            text.push(' ');
            text.push_str(&phrase);
        }
    }
    as_typed(rng, text)
}

fn decapitalised(phrase: &str) -> String {
    let mut chars = phrase.chars();
    match chars.next() {
        // "I waited" stays as it is.
        Some(first) if !phrase.starts_with("I ") && !phrase.starts_with("I'") => {
            first.to_lowercase().chain(chars).collect()
        }
        _ => phrase.to_owned(),
    }
}

/// Puts a drink, a dish and minutes where the phrase leaves room.
fn fill(rng: &mut impl Rng, language: Language, phrase: &str) -> String {
    let (drinks, dishes) = menu(language);
    let minutes = [10, 12, 15, 15, 20, 20, 25, 30, 40];
    let minutes = minutes.choose(rng).copied().unwrap_or(15).to_string();
    let filled = phrase
        .replace("{drink}", pick(drinks, rng))
        .replace("{dish}", pick(dishes, rng))
        .replace("{min}", &minutes);
    let mut chars = filled.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

/// Not everybody puts a full stop, begins with a capital, or reads over what they typed on a phone.
fn as_typed(rng: &mut impl Rng, mut text: String) -> String {
    if rng.random_bool(0.45) && text.ends_with('.') {
        text.pop();
    }
    if rng.random_bool(0.25) {
        text = decapitalised(&text);
    }
    if rng.random_bool(0.1) {
        text = misspelt(rng, &text);
    }
    text
}

fn misspelt(rng: &mut impl Rng, text: &str) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    if chars.len() < 6 {
        return text.to_owned();
    }
    let at = rng.random_range(2..chars.len() - 2);
    if !(chars[at].is_alphabetic() && chars[at + 1].is_alphabetic()) {
        return text.to_owned();
    }
    match rng.random_range(0..3) {
        0 => chars.swap(at, at + 1),
        1 => {
            chars.remove(at);
        }
        _ => chars.insert(at, chars[at]),
    }
    chars.into_iter().collect()
}

type Words = &'static [&'static str];

/// Mild openings, "nothing to change", short praise.
fn set_words(language: Language) -> (Words, Words, Words) {
    match language {
        Language::En => (
            &[
                "All good, but",
                "Mostly fine.",
                "Nice place, though",
                "No big complaints, only",
                "I like it here, but",
            ],
            &[
                "Nothing really.",
                "All fine.",
                "Nothing, keep going.",
                "Can't think of anything.",
                "More seats maybe.",
                "Longer hours on Sunday.",
            ],
            &[
                "Everything!",
                "All great, thank you.",
                "Love this place.",
                "As always, perfect.",
                "Best coffee in town!",
                "Cosy and friendly.",
            ],
        ),
        Language::Ru => (
            &[
                "Всё хорошо, но",
                "В целом нормально.",
                "Место хорошее, только",
                "Больших претензий нет, просто",
                "Нам у вас нравится, но",
            ],
            &[
                "Ничего, всё хорошо.",
                "Всё устраивает.",
                "Так держать.",
                "Не знаю даже.",
                "Побольше столиков бы.",
                "Работайте в воскресенье подольше.",
            ],
            &[
                "Всё понравилось!",
                "Всё отлично, спасибо.",
                "Любимое место.",
                "Как всегда на высоте.",
                "Лучший кофе в городе!",
                "Уютно и по-домашнему.",
            ],
        ),
        Language::Uk => (
            &[
                "Усе добре, але",
                "Загалом непогано.",
                "Місце гарне, тільки",
                "Великих претензій немає, просто",
                "Нам у вас подобається, але",
            ],
            &[
                "Нічого, все добре.",
                "Мене все влаштовує.",
                "Так тримати.",
                "Навіть не знаю.",
                "Більше столиків би.",
                "Працюйте в неділю довше.",
            ],
            &[
                "Усе сподобалося!",
                "Усе чудово, дякую.",
                "Улюблене місце.",
                "Як завжди на висоті.",
                "Найкраща кава в місті!",
                "Затишно, як удома.",
            ],
        ),
        Language::Bg => (
            &[
                "Всичко е добре, но",
                "Общо взето добре.",
                "Мястото е приятно, само че",
                "Нямам големи забележки, просто",
                "Харесва ми при вас, но",
            ],
            &[
                "Нищо, всичко е наред.",
                "Всичко ме устройва.",
                "Продължавайте така.",
                "Не се сещам за нищо.",
                "Повече маси може би.",
                "По-дълго работно време в неделя.",
            ],
            &[
                "Всичко ми хареса!",
                "Всичко е чудесно, благодаря.",
                "Любимо място.",
                "Както винаги на ниво.",
                "Най-доброто кафе в града!",
                "Уютно и приятно.",
            ],
        ),
    }
}

/// Drinks and dishes that stand in every case as they are.
fn menu(language: Language) -> (Words, Words) {
    match language {
        Language::En => (
            &[
                "cappuccino",
                "flat white",
                "latte",
                "americano",
                "filter coffee",
                "cocoa",
            ],
            &[
                "croissant",
                "cheesecake",
                "breakfast",
                "sandwich",
                "cinnamon roll",
                "soup of the day",
            ],
        ),
        Language::Ru => (
            &["капучино", "латте", "флэт уайт", "раф", "американо"],
            &[
                "круассан",
                "чизкейк",
                "завтрак",
                "сэндвич",
                "пирог",
                "суп дня",
            ],
        ),
        Language::Uk => (
            &["капучино", "лате", "флет вайт", "раф", "американо"],
            &[
                "круасан",
                "чізкейк",
                "сніданок",
                "сендвіч",
                "сирник",
                "суп дня",
            ],
        ),
        Language::Bg => (
            &["капучино", "лате", "еспресо", "американо", "какао"],
            &["кроасан", "чийзкейк", "сандвич", "козунак", "щрудел"],
        ),
    }
}

fn liked(language: Language, topic: Topic) -> Words {
    use Language::*;
    use Topic::*;
    match (language, topic) {
        (En, Friendliness) => &[
            "Very friendly staff.",
            "The barista remembered my order.",
            "They smiled and helped me choose.",
            "Warm welcome every time.",
            "The girl at the counter was lovely.",
            "Staff are kind and patient with kids.",
            "Felt like visiting friends.",
        ],
        (En, Speed) => &[
            "Quick service even at lunch.",
            "Got my {drink} in two minutes.",
            "No queue, everything fast.",
            "The order was ready before I found a seat.",
            "Fast and well organised.",
            "They opened a second till at once.",
        ],
        (En, Quality) => &[
            "The {drink} was excellent.",
            "Fresh {dish}, still warm.",
            "Really tasty {dish}.",
            "Great coffee.",
            "Best {drink} I had in a long time.",
            "Food is always fresh here.",
            "The {dish} is worth the trip.",
        ],
        (En, Cleanliness) => &[
            "Very clean and bright.",
            "Clean tables, clean toilets.",
            "Cosy and tidy.",
            "Spotless as always.",
            "Nice interior, everything shines.",
        ],
        (En, Value) => &[
            "Fair prices.",
            "Good value for such quality.",
            "Big portions for the money.",
            "The loyalty card really pays off.",
            "The breakfast set is a great deal.",
        ],
        (Ru, Friendliness) => &[
            "Очень приветливый персонал.",
            "Бариста помнит, что я пью.",
            "Встретили с улыбкой и помогли выбрать.",
            "Девушка на кассе просто чудо.",
            "Всегда рады гостям, это чувствуется.",
            "Спокойно и терпеливо всё объяснили.",
            "Как в гостях у друзей.",
        ],
        (Ru, Speed) => &[
            "Обслужили быстро, даже в обед.",
            "{drink} готов через две минуты.",
            "Очереди не было, всё быстро.",
            "Заказ отдали раньше, чем я нашла столик.",
            "Быстро и чётко.",
            "Сразу открыли вторую кассу.",
        ],
        (Ru, Quality) => &[
            "Отличный {drink}.",
            "Свежий {dish}, ещё тёплый.",
            "Очень вкусный {dish}.",
            "Кофе супер.",
            "Лучший {drink} за последнее время.",
            "Еда всегда свежая.",
            "Вкусный {dish}, приду ещё.",
        ],
        (Ru, Cleanliness) => &[
            "Очень чисто и светло.",
            "Чистые столы, чистый туалет.",
            "Уютно и аккуратно.",
            "Чистота идеальная.",
            "Красивый интерьер, всё сияет.",
        ],
        (Ru, Value) => &[
            "Цены адекватные.",
            "За такое качество недорого.",
            "Порции большие за эти деньги.",
            "Карта гостя реально выгодная.",
            "Завтрак за такую цену это подарок.",
        ],
        (Uk, Friendliness) => &[
            "Дуже привітний персонал.",
            "Бариста памʼятає, що я пʼю.",
            "Зустріли з усмішкою і допомогли обрати.",
            "Дівчина на касі просто чудо.",
            "Завжди раді гостям, це відчувається.",
            "Спокійно й терпляче все пояснили.",
            "Як у гостях у друзів.",
        ],
        (Uk, Speed) => &[
            "Обслужили швидко, навіть в обід.",
            "{drink} приготували за дві хвилини.",
            "Черги не було, усе швидко.",
            "Замовлення віддали раніше, ніж я знайшла столик.",
            "Швидко і чітко.",
            "Одразу відкрили другу касу.",
        ],
        (Uk, Quality) => &[
            "Чудовий {drink}.",
            "Свіжий {dish}, ще теплий.",
            "Дуже смачний {dish}.",
            "Кава супер.",
            "Найкращий {drink} за останній час.",
            "Їжа завжди свіжа.",
            "Смачно, зайду ще по {dish}.",
        ],
        (Uk, Cleanliness) => &[
            "Дуже чисто і світло.",
            "Чисті столи, чистий туалет.",
            "Затишно та охайно.",
            "Чистота ідеальна.",
            "Гарний інтерʼєр, усе сяє.",
        ],
        (Uk, Value) => &[
            "Ціни адекватні.",
            "За таку якість недорого.",
            "Порції великі за ці гроші.",
            "Картка гостя справді вигідна.",
            "Сніданок за таку ціну це подарунок.",
        ],
        (Bg, Friendliness) => &[
            "Много любезен персонал.",
            "Баристата помни какво пия.",
            "Посрещнаха ни с усмивка и помогнаха с избора.",
            "Момичето на касата е страхотно.",
            "Винаги се радват на гостите.",
            "Търпеливо ми обясниха всичко.",
            "Все едно си на гости у приятели.",
        ],
        (Bg, Speed) => &[
            "Обслужиха ни бързо, дори по обяд.",
            "Получих си поръчката за две минути.",
            "Нямаше опашка, всичко стана бързо.",
            "Поръчката беше готова, преди да намеря маса.",
            "Бързо и точно.",
            "Веднага отвориха втора каса.",
        ],
        (Bg, Quality) => &[
            "Страхотно кафе.",
            "Пресен {dish}, още топъл.",
            "Много вкусен {dish}.",
            "Кафето е супер.",
            "Най-хубавото {drink} от доста време.",
            "Храната винаги е прясна.",
            "Заради техния {dish} бих дошъл пак.",
        ],
        (Bg, Cleanliness) => &[
            "Много чисто и светло.",
            "Чисти маси, чиста тоалетна.",
            "Уютно и подредено.",
            "Идеална чистота.",
            "Красив интериор, всичко блести.",
        ],
        (Bg, Value) => &[
            "Цените са нормални.",
            "За това качество не е скъпо.",
            "Големи порции за парите.",
            "Картата за лоялни клиенти си струва.",
            "Закуската е на чудесна цена.",
        ],
    }
}

fn disliked(language: Language, topic: Topic) -> Words {
    use Language::*;
    use Topic::*;
    match (language, topic) {
        (En, Friendliness) => &[
            "Nobody even said hello.",
            "The staff were busy with their phones.",
            "The cashier was rude.",
            "I felt like I was disturbing them.",
            "Total indifference, they talk to each other and not to guests.",
            "Asked a question and got a shrug.",
        ],
        (En, Speed) => &[
            "Waited {min} minutes for a {drink}.",
            "The queue was endless, one person at the till.",
            "Far too slow.",
            "{min} minutes for a {dish}, really?",
            "They forgot my order, had to ask twice.",
            "Service is slow in the morning.",
        ],
        (En, Quality) => &[
            "The {dish} was cold.",
            "The {drink} was cold and bitter.",
            "Food was cold again.",
            "The {dish} was clearly from yesterday.",
            "They mixed up my order.",
            "Coffee tasted burnt.",
        ],
        (En, Cleanliness) => &[
            "Dirty tables.",
            "The toilet was dirty.",
            "Nobody cleared the tables, crumbs everywhere.",
            "Sticky floor and full bins.",
            "My cup had lipstick on it.",
        ],
        (En, Value) => &[
            "Too expensive for what you get.",
            "Prices went up again.",
            "Small portion for this price.",
            "The discount on my card did not work.",
        ],
        (Ru, Friendliness) => &[
            "Никто даже не поздоровался.",
            "Персонал сидит в телефонах.",
            "Кассир нахамила.",
            "Такое чувство, что я им мешаю.",
            "Полное равнодушие, болтают между собой, гостей не замечают.",
            "На вопрос только пожали плечами.",
        ],
        (Ru, Speed) => &[
            "Ждали {min} минут, пока сделают {drink}.",
            "Огромная очередь, на кассе один человек.",
            "Очень долго.",
            "{min} минут за {dish}, серьёзно?",
            "Про заказ забыли, пришлось напоминать.",
            "По утрам обслуживают слишком медленно.",
        ],
        (Ru, Quality) => &[
            "Принесли холодный {dish}.",
            "{drink} был холодный и горький.",
            "Еда опять холодная.",
            "{dish} явно вчерашний.",
            "Перепутали заказ.",
            "Кофе горелый.",
        ],
        (Ru, Cleanliness) => &[
            "Грязные столы.",
            "В туалете грязно.",
            "Со столов никто не убирает, везде крошки.",
            "Пол липкий, урны полные.",
            "На чашке была помада.",
        ],
        (Ru, Value) => &[
            "Дорого за такое.",
            "Цены опять подняли.",
            "Порция маленькая для такой цены.",
            "Скидка по карте не сработала.",
        ],
        (Uk, Friendliness) => &[
            "Ніхто навіть не привітався.",
            "Персонал сидить у телефонах.",
            "Касирка нахамила.",
            "Таке враження, що я їм заважаю.",
            "Повна байдужість, балакають між собою, гостей не помічають.",
            "На запитання тільки знизали плечима.",
        ],
        (Uk, Speed) => &[
            "Чекали {min} хвилин, поки зроблять {drink}.",
            "Величезна черга, на касі одна людина.",
            "Дуже довго.",
            "{min} хвилин за {dish}, серйозно?",
            "Про замовлення забули, довелося нагадувати.",
            "Зранку обслуговують надто повільно.",
        ],
        (Uk, Quality) => &[
            "Принесли холодний {dish}.",
            "{drink} був холодний і гіркий.",
            "Їжа знову холодна.",
            "{dish} явно вчорашній.",
            "Переплутали замовлення.",
            "Кава підгоріла на смак.",
        ],
        (Uk, Cleanliness) => &[
            "Брудні столи.",
            "У туалеті брудно.",
            "Зі столів ніхто не прибирає, усюди крихти.",
            "Підлога липка, смітники повні.",
            "На чашці була помада.",
        ],
        (Uk, Value) => &[
            "Задорого як на таке.",
            "Ціни знову підняли.",
            "Порція маленька як за таку ціну.",
            "Знижка за карткою не спрацювала.",
        ],
        (Bg, Friendliness) => &[
            "Никой дори не поздрави.",
            "Персоналът си гледа телефоните.",
            "Касиерката беше груба.",
            "Имах чувството, че им преча.",
            "Пълно безразличие, говорят си помежду си и не забелязват клиентите.",
            "Попитах нещо, само свиха рамене.",
        ],
        (Bg, Speed) => &[
            "Чаках {min} минути за едно {drink}.",
            "Огромна опашка, на касата само един човек.",
            "Много бавно.",
            "{min} минути за {dish}, сериозно ли?",
            "Забравиха поръчката, трябваше да напомня.",
            "Сутрин обслужването е твърде бавно.",
        ],
        (Bg, Quality) => &[
            "Донесоха ми студен {dish}.",
            "Кафето беше студено и горчиво.",
            "Храната пак беше студена.",
            "Този {dish} явно е от вчера.",
            "Объркаха ми поръчката.",
            "Кафето имаше вкус на изгоряло.",
        ],
        (Bg, Cleanliness) => &[
            "Мръсни маси.",
            "Тоалетната беше мръсна.",
            "Никой не почиства масите, навсякъде трохи.",
            "Лепкав под и пълни кошчета.",
            "По чашата имаше червило.",
        ],
        (Bg, Value) => &[
            "Скъпо за това, което получаваш.",
            "Пак са вдигнали цените.",
            "Малка порция за тази цена.",
            "Отстъпката с картата не проработи.",
        ],
    }
}

fn support_words(language: Language) -> Words {
    match language {
        Language::En => &[
            "Had to explain the same thing three times.",
            "It took {min} minutes to reach a person.",
            "The answer came after two days.",
            "The app lost my points and nobody could say why.",
            "A direct phone number would help.",
            "The courier was late and support did not know where he was.",
            "Nice operator, but she could not decide anything.",
        ],
        Language::Ru => &[
            "Пришлось три раза объяснять одно и то же.",
            "{min} минут не мог дозвониться до человека.",
            "Ответили только через два дня.",
            "В приложении пропали баллы, никто не знает почему.",
            "Хотелось бы прямой номер телефона.",
            "Курьер опоздал, а поддержка не знала, где он.",
            "Оператор вежливая, но решить ничего не смогла.",
        ],
        Language::Uk => &[
            "Довелося тричі пояснювати те саме.",
            "{min} хвилин не міг додзвонитися до людини.",
            "Відповіли аж через два дні.",
            "У застосунку зникли бали, ніхто не знає чому.",
            "Хотілося б прямий номер телефону.",
            "Курʼєр запізнився, а підтримка не знала, де він.",
            "Операторка ввічлива, але вирішити нічого не змогла.",
        ],
        Language::Bg => &[
            "Трябваше три пъти да обяснявам едно и също.",
            "Чаках {min} минути да се свържа с човек.",
            "Отговориха чак след два дни.",
            "В приложението изчезнаха точки и никой не знае защо.",
            "Би помогнал пряк телефон.",
            "Куриерът закъсня, а поддръжката не знаеше къде е.",
            "Операторката беше любезна, но не можеше да реши нищо.",
        ],
    }
}

fn supplier_words(language: Language) -> (Words, Words) {
    match language {
        Language::En => (
            &[
                "Our manager always calls back.",
                "Beans arrive fresh and on the agreed day.",
                "You know our hotel and advise well.",
                "Problems are settled the same day.",
                "Trainings for our baristas are excellent.",
            ],
            &[
                "Deliveries are late before holidays.",
                "The manager changes every half year.",
                "Invoices come with mistakes.",
                "Smaller packages, please.",
                "Tell us about price changes in advance.",
                "The coffee machine was repaired only after a week.",
            ],
        ),
        Language::Ru => (
            &[
                "Менеджер всегда перезванивает.",
                "Зерно свежее и приходит в оговорённый день.",
                "Вы знаете наш отель и хорошо советуете.",
                "Проблемы решаются в тот же день.",
                "Отличное обучение для наших бариста.",
            ],
            &[
                "Перед праздниками доставка опаздывает.",
                "Менеджер меняется каждые полгода.",
                "В счетах бывают ошибки.",
                "Нужна фасовка поменьше.",
                "Предупреждайте об изменении цен заранее.",
                "Кофемашину чинили целую неделю.",
            ],
        ),
        Language::Uk => (
            &[
                "Менеджер завжди передзвонює.",
                "Зерно свіже й приходить у домовлений день.",
                "Ви знаєте наш готель і добре радите.",
                "Проблеми вирішуються того ж дня.",
                "Чудове навчання для наших бариста.",
            ],
            &[
                "Перед святами доставка запізнюється.",
                "Менеджер змінюється щопівроку.",
                "У рахунках бувають помилки.",
                "Потрібне менше фасування.",
                "Попереджайте про зміну цін заздалегідь.",
                "Кавомашину ремонтували цілий тиждень.",
            ],
        ),
        Language::Bg => (
            &[
                "Мениджърът винаги връща обаждане.",
                "Зърната са пресни и идват в уговорения ден.",
                "Познавате хотела ни и съветвате добре.",
                "Проблемите се решават още същия ден.",
                "Отлични обучения за нашите баристи.",
            ],
            &[
                "Преди празници доставките закъсняват.",
                "Мениджърът се сменя на всеки половин година.",
                "Във фактурите има грешки.",
                "Трябват по-малки разфасовки.",
                "Предупреждавайте предварително за промени в цените.",
                "Ремонтираха кафемашината чак след седмица.",
            ],
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn every_comment_is_whole_and_in_its_script() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        for language in Language::ALL {
            for round in 0..400 {
                let topic = Topic::ALL[round % 5];
                let texts = [
                    praise(&mut rng, language, &[topic]),
                    complaint(&mut rng, language, &[topic, Topic::Speed], round % 2 == 0),
                    support(&mut rng, language),
                    supplier(&mut rng, language, round % 2 == 0),
                ];
                for text in texts {
                    assert!(
                        !text.trim().is_empty() && text.chars().count() < 200,
                        "{text}"
                    );
                    assert!(!text.contains(['{', '}']), "{text}");
                    let cyrillic = text.chars().any(|c| ('\u{400}'..'\u{500}').contains(&c));
                    assert_eq!(cyrillic, language != Language::En, "{language}: {text}");
                }
            }
        }
    }
}
