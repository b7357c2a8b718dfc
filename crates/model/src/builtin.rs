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
    BuiltIn {
        name: "full-disclosure",
        text: include_str!("../../../scenarios/variants/full-disclosure.toml"),
        summary: "The programme with everything told to everyone at sixteen",
    },
    BuiltIn {
        name: "right-to-refuse",
        text: include_str!("../../../scenarios/variants/right-to-refuse.toml"),
        summary: "The programme with a right to refuse an operation",
    },
    BuiltIn {
        name: "real-deferrals",
        text: include_str!("../../../scenarios/variants/real-deferrals.toml"),
        summary: "The programme with a deferral that exists",
    },
    BuiltIn {
        name: "no-postponement",
        text: include_str!("../../../scenarios/variants/no-postponement.toml"),
        summary: "The programme without postponement for good carers",
    },
    BuiltIn {
        name: "humane-schools",
        text: include_str!("../../../scenarios/variants/humane-schools.toml"),
        summary: "The programme with humane schools for all",
    },
    BuiltIn {
        name: "plain-words",
        text: include_str!("../../../scenarios/variants/plain-words.toml"),
        summary: "The programme in plain words",
    },
    BuiltIn {
        name: "voluntary",
        text: include_str!("../../../scenarios/variants/voluntary.toml"),
        summary: "The programme made voluntary, with full information",
    },
    BuiltIn {
        name: "no-programme",
        text: include_str!("../../../scenarios/variants/no-programme.toml"),
        summary: "No programme at all: those who fall ill wait",
    },
];

/// What is expected of each built-in scenario.
pub(crate) const EXPECTATIONS: &[BuiltIn] = &[
    BuiltIn {
        name: "hailsham",
        text: "extends = \"programme\"",
        summary: "What the sources lead one to expect of the programme",
    },
    BuiltIn {
        name: "programme",
        text: include_str!("../../../scenarios/hailsham/expectations.toml"),
        summary: "What the sources lead one to expect of the programme",
    },
];

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
