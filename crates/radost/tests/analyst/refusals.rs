//! What is wrong is told, with its place.

use super::*;

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let check = |content: &str, arguments: &[&str], expected: &str| {
        let file = folder.path().join("answers.csv");
        std::fs::write(&file, content).expect("written");
        let file = file.display().to_string();
        let arguments: Vec<&str> = arguments
            .iter()
            .map(|word| if *word == "FILE" { &file } else { *word })
            .collect();
        let said = refusal(&arguments).replace(&file, "FILE");
        assert!(said.contains(expected), "{said}\nexpected: {expected}");
    };
    let rows =
        "nps,same,twice,other\n9,1,2,1\n7,1,4,2\n3,1,6,3\n10,1,8,4\n8,1,10,5\n6,1,12,6\n1,1,14,3\n";
    check(
        rows,
        &["score", "FILE", "--nps", "npss"],
        "FILE: there is no column `npss`; did you mean `nps`?",
    );
    check(rows, &["score", "FILE"], "say what to score");
    check(
        rows,
        &["score", "nowhere.csv", "--nps", "nps"],
        "nowhere.csv cannot be read",
    );
    check(
        "nps\n9\n11\n",
        &["score", "FILE", "--nps", "nps"],
        "FILE, row 3: column `nps`: ",
    );
    check(
        "nps\n9\nmuch\n",
        &["score", "FILE", "--nps", "nps"],
        "FILE, row 3, column `nps`: \"much\" is not a number",
    );
    check(
        "nps,w\n9,1\n8,0\n",
        &["score", "FILE", "--nps", "nps", "--weight", "w"],
        "row 3",
    );
    check(
        "nps,w\n9,1\n8,-2\n",
        &["score", "FILE", "--nps", "nps", "--weight", "w"],
        "row 3",
    );
    check(
        "nps,b\n0,1\n0,2\n",
        &["score", "FILE", "--nps", "nps", "--na", "0"],
        "column `nps`: all 2 cells are missing (with what --na says)",
    );
    check(
        "nps,b\n",
        &["score", "FILE", "--nps", "nps"],
        "no rows below the header",
    );
    check(
        "\u{0}\u{1}\u{2}",
        &["score", "FILE", "--nps", "nps"],
        "FILE",
    );
    check(
        rows,
        &[
            "drivers",
            "FILE",
            "--outcome",
            "nps",
            "--drivers",
            "same,other",
        ],
        "same",
    );
    check(
        rows,
        &[
            "drivers",
            "FILE",
            "--outcome",
            "same",
            "--drivers",
            "nps,other",
        ],
        "same",
    );
    check(
        "y,a,b\n1,1,2\n2,2,4\n4,3,6\n3,4,8\n5,6,12\n",
        &["drivers", "FILE", "--outcome", "y", "--drivers", "a,b"],
        "b",
    );
    check(
        "y,a,b,c\n1,1,2,3\n2,2,5,1\n",
        &["drivers", "FILE", "--outcome", "y", "--drivers", "a,b,c"],
        "needs",
    );
    check(
        rows,
        &[
            "drivers",
            "FILE",
            "--outcome",
            "nps",
            "--drivers",
            "nps,other",
        ],
        "cannot be a driver of itself",
    );
    check(
        "f,d\n1,6\n",
        &["kano", "FILE", "--pairs", "x=f:d"],
        "FILE, row 2: column `d`: ",
    );
    check(
        "f,d\nLike,2\n",
        &["kano", "FILE", "--pairs", "x=f:d", "--map", "I like it=1"],
        "\"Like\" is not an answer that --map knows",
    );
    check(
        "f,d\n1,2\n",
        &["kano", "FILE", "--pairs", "x=f"],
        "`x=f` is not a feature",
    );
    check(
        rows,
        &["pls", "FILE", "--model", "acsi"],
        "there is no column `CUEX1`",
    );
    check(
        rows,
        &["pls", "FILE", "--model", "nothing.toml"],
        "nothing.toml: neither ecsi nor acsi",
    );
    check(
        "t,e\n-1,1\n",
        &["survival", "FILE", "--time", "t", "--event", "e"],
        "row 2",
    );
    check(
        "t,e\n1,2\n",
        &["survival", "FILE", "--time", "t", "--event", "e"],
        "2 is neither 1 nor 0",
    );
    check(
        "c,d\nA,01/02/2026\n",
        &["clv", "FILE", "--customer", "c", "--date", "d"],
        "FILE, row 2, column `d`: \"01/02/2026\" is not a date",
    );
    check(
        "c,d\nA,2026-01-01\nB,2026-01-09\n",
        &["clv", "FILE", "--customer", "c", "--date", "d"],
        "none of the 2 customers has made a repeat purchase",
    );
    check(
        "c,d\nA,2026-01-01\n",
        &[
            "clv",
            "FILE",
            "--customer",
            "c",
            "--date",
            "d",
            "--calibration-end",
            "2027-01-01",
        ],
        "after the last purchase",
    );
    check(
        "g,n\na,1\na,2\n",
        &["compare", "FILE", "--by", "g", "--mean", "n"],
        "has one value",
    );
    check(
        "s\n6\n",
        &["reviews", "FILE", "--stars", "s"],
        "row 2: column `s`",
    );
    check(
        rows,
        &["agreement", "FILE", "--raters", "nps"],
        "two columns at least",
    );
    check(
        rows,
        &["groups", "FILE", "--columns", "nps", "--method", "tree"],
        "--categories",
    );
}

#[test]
fn models_of_ones_own_are_read_with_clear_errors() {
    let folder = tempfile::tempdir().expect("a folder");
    let model = folder.path().join("model.toml");
    let shop = std::fs::read_to_string(root().join("examples/analyst/shop.toml")).expect("a model");
    let check = |from: &str, to: &str, expected: &str| {
        std::fs::write(&model, shop.replace(from, to)).expect("written");
        let said = refusal(&[
            "pls",
            "examples/analyst/survey.csv",
            "--model",
            &model.display().to_string(),
        ]);
        assert!(
            said.contains("model.toml") && said.contains(expected),
            "{said}"
        );
    };
    check(
        "\"price\"",
        "\"prise\"",
        "latent \"Value\": examples/analyst/survey.csv: there is no column `prise`; did you mean `price`?",
    );
    check("Service ->", "Servise ->", "Servise");
    check("Satisfaction -> Loyalty", "Loyalty -> Loyalty", "Loyalty");
    check("paths", "path", "path");
}

#[test]
fn new_questions_are_refused_with_their_reason() {
    let survey = "examples/analyst/survey.csv";
    let drivers = [
        "drivers",
        survey,
        "--outcome",
        "overall",
        "--drivers",
        "wait,staff",
    ];
    let check = |arguments: &[&str], expected: &str| {
        let said = refusal(arguments);
        assert!(said.contains(expected), "{said}\nexpected: {expected}");
    };
    let with = |more: &[&'static str]| [&drivers[..], more].concat();
    check(
        &with(&["--what-if", "stuff=+1"]),
        "`stuff` is not among the drivers wait, staff",
    );
    check(
        &with(&["--what-if", "staff=4"]),
        "`staff=4` is not a change",
    );
    check(&with(&["--penalty-reward", "4:2"]), "as 2:4");
    check(&with(&["--penalty-reward", "0:4"]), "--penalty-reward");
    check(&with(&["--outcome-kind", "binary"]), "column `overall`: ");
    check(
        &with(&["--outcome-kind", "binary", "--penalty-reward", "2:4"]),
        "--penalty-reward goes with --outcome-kind number alone",
    );
    check(
        &with(&["--method", "ols", "--bootstrap", "100"]),
        "--bootstrap gives intervals of importances",
    );
    check(
        &with(&["--method", "ols", "--quadrants"]),
        "--quadrants needs importances",
    );
    check(
        &[
            "compare", survey, "--by", "town", "--csat", "overall", "--league", "--places", "3",
        ],
        "3 places are not a top of 3 units",
    );
    check(
        &[
            "trend",
            survey,
            "--date",
            "visited",
            "--nps",
            "recommend",
            "--chart",
            "p",
        ],
        "--chart p goes with --csat",
    );
    check(
        &["trend", survey, "--date", "visited"],
        "say what to follow",
    );
    check(
        &[
            "trend", survey, "--date", "visited", "--period", "year", "--mean", "wait",
        ],
        "one point of time",
    );
    check(
        &[
            "trend",
            survey,
            "--date",
            "visited",
            "--mean",
            "wait",
            "--baseline",
            "9",
        ],
        "--baseline 9: from 2 to the 5 points",
    );
    check(
        &[
            "did",
            VISITS,
            "--unit",
            "shop",
            "--date",
            "date",
            "--treated",
            "overall",
            "--mean",
            "overall",
        ],
        "is neither 1 nor 0",
    );
    check(
        &[
            "did",
            VISITS,
            "--unit",
            "shop",
            "--date",
            "date",
            "--period",
            "year",
            "--treated",
            "layout=new",
            "--mean",
            "overall",
        ],
        "both has and does not have the measure in 2025",
    );
    check(
        &[
            "did",
            VISITS,
            "--unit",
            "layout",
            "--date",
            "date",
            "--treated",
            "layout=new",
            "--mean",
            "overall",
        ],
        "units, and `layout` names 2",
    );
    check(
        &[
            "did",
            VISITS,
            "--unit",
            "shop",
            "--date",
            "date",
            "--treated",
            "layout=new",
            "--since",
            "autumn",
            "--mean",
            "overall",
        ],
        "--since: autumn is not a date",
    );
    check(
        &[
            "groups",
            survey,
            "--method",
            "two-way",
            "--categories",
            "town",
        ],
        "takes two --categories",
    );
    check(
        &[
            "clv",
            "examples/analyst/renewals.csv",
            "--survivors",
            "customers",
        ],
        "column `customers`: ",
    );
    check(
        &[
            "clv",
            "examples/analyst/renewals.csv",
            "--survivors",
            "costumers",
        ],
        "did you mean `customers`?",
    );
}
