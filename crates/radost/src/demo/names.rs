//! Names of the customers and employees of the demo business, common ones of each country.

use rand::seq::IndexedRandom;
use rand::{Rng, RngExt};

use super::business::Country;

/// First names of women, first names of men, last names as men bear them.
type Names = (&'static str, &'static str, &'static str);

const UKRAINE: Names = (
    "Олена Ірина Наталія Оксана Марія Юлія Софія Анастасія Катерина Тетяна Соломія Дарина Вікторія Леся Ганна Людмила Галина
     Світлана Надія Любов Ольга Христина Іванна Мар'яна Аліна Діана Злата Поліна Єва Уляна Орися Зоряна Богдана Роксолана
     Ярина Лариса Валентина Інна Алла Марта Яна Вероніка",
    "Андрій Олександр Тарас Богдан Юрій Максим Іван Назар Дмитро Остап Роман Владислав Михайло Василь Петро Микола Сергій
     Володимир Ігор Олег Віталій Павло Артем Денис Євген Ярослав Станіслав Любомир Святослав Матвій Марко Лев Захар Степан
     Григорій Орест Данило Кирило Антон Тимофій",
    "Коваль Мельник Шевчук Бондаренко Ткачук Кравець Савчук Петренко Гончар Лисенко Марчук Поліщук Руденко Мороз Шевченко
     Коваленко Кравченко Олійник Ткаченко Ковальчук Бондар Кравчук Павленко Мельничук Захарченко Гаврилюк Левченко Клименко
     Савченко Литвиненко Пономаренко Гнатюк Панченко Романюк Харченко Кузьменко Мазур Гуменюк Сидоренко Тимошенко Бойко
     Яценко Дяченко Назаренко Костюк Пилипенко Юрченко Василенко Міщенко Бабенко Зінченко Данилюк Федоренко Гриценко Швець
     Семенюк Радченко Стельмах Сорока Дорошенко Вовк Гайдук Заєць Білик Чорний Білоус Козак Довженко Мартинюк Ярема Іщук
     Галушко Хоменко Степаненко Онищенко Власенко Гордієнко Стадник Лаврінець Шульга Рибак Зубко Корнієнко Тищенко Дмитрук
     Пасічник Кушнір Столяр Кравцов Левицький Яворський Залізняк Кобилянський Заболотний Луценко Сердюк Скиба Вдовиченко",
);

const BULGARIA: Names = (
    "Мария Елена Иванка Десислава Петя Йорданка Габриела Симона Ралица Теодора Веселина Росица Даниела Гергана Силвия Антония
     Цветелина Мила Виктория Стефания Надежда Радка Невена Катерина Боряна Калина Магдалена Снежана Анелия Албена Биляна
     Яна Полина Диана Пенка Стоянка Ива Мая Рая Лилия",
    "Георги Иван Димитър Николай Петър Стефан Калоян Мартин Пламен Христо Александър Борис Васил Красимир Тодор Ивайло Румен
     Атанас Стоян Ангел Светослав Емил Любомир Валентин Даниел Виктор Кирил Методи Асен Явор Радослав Момчил Огнян Боян
     Венцислав Теодор Илия Цветан Симеон Никола",
    "Иванов Димитров Петров Георгиев Николов Стоянов Тодоров Колев Христов Ангелов Атанасов Илиев Василев Маринов Попов
     Кръстев Костов Стефанов Йорданов Митев Ганчев Тонев Савов Радев Желев Динев Добрев Русев Минчев Пенев Недев Цветков
     Велчев Узунов Златев Чолаков Кънев Бонев Марков Михайлов Данчев Спасов Лазаров Методиев Бориславов Начев Вълков Станев
     Тошев Гочев Павлов Славов Милев Рангелов Кирилов Симеонов Асенов Боев Евтимов Апостолов Драганов Захариев Младенов
     Нейков Панайотов Калчев Серафимов Трифонов Филипов Хаджиев Ценов Шопов Янев Денев Пеев Войнов Груев Ботев Каменов",
);

const KAZAKHSTAN: Names = (
    "Айгерим Динара Асель Мадина Жанар Алия Камила Анна Елена Сауле Гульнара Айжан Дана Сабина Зарина Томирис Аружан Назгуль
     Айнур Жибек Карина Ольга Татьяна Светлана Наталья Ирина Екатерина Виктория Дарья Анель Меруерт Салтанат Лаура Балжан
     Акмарал Индира Роза Раушан",
    "Нурлан Ерлан Арман Тимур Данияр Алексей Руслан Бауыржан Санжар Аскар Ерболат Марат Айдос Канат Нурсултан Азамат Даурен
     Олжас Талгат Серик Мирас Алихан Рустам Сергей Дмитрий Андрей Александр Игорь Владимир Максим Евгений Виталий Ильяс Самат
     Бекзат Адиль Диас Асет",
    "Сапаров Ахметов Омаров Нурланов Касымов Ким Иванов Жумабаев Беккер Абдрахманов Искаков Сулейменов Жаксыбеков Оспанов
     Байжанов Мусин Кенжебаев Тулегенов Алиев Садыков Сериков Ибраимов Каримов Рахимов Досмагамбетов Токтаров Баймуханов
     Мухамедов Шарипов Утегенов Жанабаев Есенов Турсунов Калиев Ермеков Бекмуратов Смагулов Аманов Куанышев Петров Смирнов
     Кузнецов Попов Васильев Соколов Новиков Морозов Волков Алексеев Лебедев Семенов Егоров Павлов Степанов Николаев Орлов
     Пак Цой Ли Хан Тен Шмидт Вебер Майер Миллер Фишер Вагнер Юсупов Исмаилов Маметов",
);

const POLAND: Names = (
    "Anna Katarzyna Zofia Agnieszka Maja Oksana Julia Małgorzata Barbara Ewa Magdalena Joanna Monika Zuzanna Natalia Karolina
     Hanna Lena Aleksandra Dorota Beata Iwona Paulina Weronika Kinga Alicja",
    "Piotr Jan Tomasz Jakub Michał Oleh Krzysztof Andrzej Paweł Marcin Marek Grzegorz Adam Łukasz Mateusz Szymon Antoni
     Filip Kacper Wojciech Stanisław Bartosz Rafał Kamil Dawid Igor",
    "Nowak Kowalski Wiśniewski Wójcik Zieliński Mazur Kamiński Lewandowski Szymański Woźniak Dąbrowski Kozłowski Jankowski
     Kwiatkowski Krawczyk Piotrowski Grabowski Pawłowski Michalski Król Wieczorek Jabłoński Wróbel Majewski Olszewski Stępień
     Malinowski Jaworski Adamczyk Dudek Nowicki Pawlak Górski Sikora Walczak Rutkowski Baran Szewczyk Ostrowski Tomaszewski
     Pietrzak Zalewski Wróblewski Marciniak Sadowski Duda Zając Wilk Borkowski Lis",
);

const GEORGIA: Names = (
    "Nino Tamar Mariam Ana Ketevan Salome Natia Eka Maia Lali Nana Teona Sopho Elene Barbare Lika Khatuna Manana Irma Nato",
    "Giorgi Levan Luka Irakli Davit Nika Zurab Vakhtang Lasha Sandro Archil Beka Mamuka Otar Temur Shota Gela Avtandil Tornike Saba",
    "Beridze Kapanadze Gelashvili Lomidze Maisuradze Mamedov Kvaratskhelia Tsiklauri Bolkvadze Giorgadze Khutsishvili
     Nozadze Shengelia Chkheidze Japaridze Abashidze Tabatadze Jikia Gogoladze Papiashvili Kobakhidze Mchedlishvili Sharashidze
     Dvali Chikovani Tsereteli Zhvania Margvelashvili Kiknadze Gabunia",
);

/// Somebody of that country.
pub fn person(rng: &mut impl Rng, country: Country) -> String {
    let (women, men, last_names) = match country {
        Country::Ukraine => UKRAINE,
        Country::Bulgaria => BULGARIA,
        Country::Kazakhstan => KAZAKHSTAN,
        Country::Poland => POLAND,
        Country::Georgia => GEORGIA,
    };
    let last = one_of(rng, last_names);
    if rng.random_bool(0.58) {
        format!("{} {}", one_of(rng, women), of_a_woman(last))
    } else {
        format!("{} {last}", one_of(rng, men))
    }
}

fn one_of(rng: &mut impl Rng, names: &'static str) -> &'static str {
    let names: Vec<&str> = names.split_whitespace().collect();
    names.choose(rng).copied().unwrap_or_default()
}

/// A last name as women bear it.
fn of_a_woman(last: &str) -> String {
    const ENDINGS: &[(&str, &str)] = &[
        ("ський", "ська"),
        ("цький", "цька"),
        ("ний", "на"),
        ("ов", "ова"),
        ("ев", "ева"),
        ("ин", "ина"),
        ("ski", "ska"),
        ("cki", "cka"),
    ];
    ENDINGS
        .iter()
        .find_map(|(his, her)| Some(format!("{}{her}", last.strip_suffix(his)?)))
        .unwrap_or_else(|| last.to_owned())
}

/// A business of that country: what it is, and what it is called.
pub fn company(rng: &mut impl Rng, country: Country) -> String {
    let (kinds, names): (&[&str], &[&str]) = match country {
        Country::Ukraine => (
            &[
                "Готель",
                "Ресторан",
                "Офіс-центр",
                "Книгарня",
                "Пекарня",
                "Кав'ярня",
                "Хостел",
                "Коворкінг",
                "Клініка",
                "Салон",
                "Студія",
                "Турагенція",
                "Бюро",
                "Школа",
                "Фітнес-клуб",
                "Галерея",
            ],
            &[
                "Світанок",
                "Калина",
                "Дніпро",
                "Карпати",
                "Лелека",
                "Барвінок",
                "Затишок",
                "Обрій",
                "Полонина",
                "Веселка",
                "Явір",
                "Смерека",
                "Джерело",
                "Каштан",
                "Говерла",
                "Ластівка",
                "Оберіг",
                "Вишиванка",
                "Мрія",
                "Берегиня",
                "Черемош",
                "Соняшник",
                "Криниця",
                "Золота нива",
                "Старе місто",
                "Дивосвіт",
            ],
        ),
        Country::Bulgaria => (
            &[
                "Хотел",
                "Ресторант",
                "Офис център",
                "Книжарница",
                "Пекарна",
                "Сладкарница",
                "Хостел",
                "Клиника",
                "Студио",
                "Галерия",
                "Кантора",
                "Училище",
                "Фитнес",
                "Агенция",
                "Бутик",
                "Къща за гости",
            ],
            &[
                "Роза",
                "Родопи",
                "Морски бряг",
                "Орфей",
                "Люляк",
                "Витоша",
                "Извор",
                "Здравец",
                "Марица",
                "Пирин",
                "Тракия",
                "Явор",
                "Изгрев",
                "Балкан",
                "Бриз",
                "Липа",
                "Средец",
                "Калиакра",
                "Перперикон",
                "Ропотамо",
                "Слънчоглед",
                "Стара планина",
                "Рила",
                "Маяк",
            ],
        ),
        Country::Kazakhstan => (
            &[
                "Отель",
                "Ресторан",
                "Бизнес-центр",
                "Книжный",
                "Пекарня",
                "Коворкинг",
                "Клиника",
                "Студия",
                "Салон",
                "Турфирма",
                "Школа",
                "Фитнес-клуб",
                "Галерея",
                "Кофейня",
            ],
            &[
                "Алатау",
                "Дала",
                "Медеу",
                "Тюльпан",
                "Самал",
                "Достар",
                "Жулдыз",
                "Шанырак",
                "Тенгри",
                "Каспий",
                "Арай",
                "Шалкар",
                "Бурабай",
                "Керуен",
                "Нур",
                "Алтын",
                "Чарын",
                "Тулпар",
                "Баян",
                "Кокжайляу",
            ],
        ),
        Country::Poland => (
            &[
                "Hotel",
                "Restauracja",
                "Biuro",
                "Księgarnia",
                "Piekarnia",
                "Cukiernia",
                "Galeria",
                "Klinika",
                "Szkoła",
                "Pensjonat",
            ],
            &[
                "Pod Lipami",
                "Wisła",
                "Bursztyn",
                "Jagoda",
                "Stary Most",
                "Złoty Róg",
                "Baszta",
                "Pod Aniołem",
                "Mazurek",
                "Tatry",
                "Bocian",
                "Syrena",
            ],
        ),
        Country::Georgia => (
            &[
                "Hotel",
                "Restaurant",
                "Business centre",
                "Bookshop",
                "Bakery",
                "Gallery",
                "Wine house",
                "Guest house",
            ],
            &[
                "Mtatsminda",
                "Kura",
                "Vardzia",
                "Imereti",
                "Saperavi",
                "Kolkheti",
                "Kazbegi",
                "Narikala",
                "Iveria",
                "Alazani",
            ],
        ),
    };
    let kind = kinds.choose(rng).copied().unwrap_or_default();
    let name = names.choose(rng).copied().unwrap_or_default();
    match country {
        Country::Ukraine | Country::Kazakhstan => format!("{kind} «{name}»"),
        Country::Bulgaria => format!("{kind} „{name}“"),
        Country::Poland | Country::Georgia => format!("{kind} {name}"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;

    #[test]
    fn few_bear_the_same_name() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let people = |country, many: usize, rng: &mut ChaCha8Rng| {
            let names: HashSet<String> = (0..many).map(|_| person(rng, country)).collect();
            names.len()
        };
        for (country, many) in [
            (Country::Ukraine, 18_000),
            (Country::Bulgaria, 11_000),
            (Country::Kazakhstan, 5_000),
            (Country::Poland, 3_000),
            (Country::Georgia, 1_000),
        ] {
            let different = people(country, many, &mut rng);
            assert!(
                3 * different > many,
                "{different} names of {many} in {country:?}"
            );
        }
    }

    #[test]
    fn women_bear_names_in_their_own_form() {
        let pairs = [
            ("Заболотний", "Заболотна"),
            ("Левицький", "Левицька"),
            ("Яворський", "Яворська"),
            ("Йорданов", "Йорданова"),
            ("Колев", "Колева"),
            ("Мусин", "Мусина"),
            ("Nowicki", "Nowicka"),
            ("Górski", "Górska"),
            ("Шевченко", "Шевченко"),
            ("Nowak", "Nowak"),
        ];
        for (his, her) in pairs {
            assert_eq!(of_a_woman(his), her);
        }
    }
}
