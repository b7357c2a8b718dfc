//! The scenarios that come with the program.

use hailsham_scenario::BuiltIn;

/// Every built-in scenario; the first is the one that runs when none is named.
pub(crate) const BUILT_IN: &[BuiltIn] = &[
    BuiltIn {
        name: "hailsham",
        text: include_str!("../../../scenarios/hailsham.toml"),
        summary: "The novel: its donation programme, its named people and what happened to them",
    },
    BuiltIn {
        name: "programme",
        text: include_str!("../../../scenarios/programme.toml"),
        summary: "The donation programme alone: England and Wales, 1955 to 2000",
    },
];

/// What is expected of each built-in scenario.
pub(crate) const EXPECTATIONS: &[BuiltIn] = &[BuiltIn {
    name: "programme",
    text: include_str!("../../../scenarios/hailsham/expectations.toml"),
    summary: "What the sources lead one to expect of the programme",
}];

/// What is known of the world of each built-in scenario.
pub(crate) const FACTS: &[BuiltIn] = &[BuiltIn {
    name: "hailsham",
    text: include_str!("../../../scenarios/hailsham/facts.toml"),
    summary: "What the two sources say of the world and the people of the novel",
}];

/// What witnesses tell of the world of each built-in scenario, in versions that disagree.
pub(crate) const TESTIMONY: &[BuiltIn] = &[BuiltIn {
    name: "hailsham",
    text: include_str!("../../../scenarios/hailsham/testimony.toml"),
    summary: "Where the two sources disagree, with each other or with themselves",
}];
