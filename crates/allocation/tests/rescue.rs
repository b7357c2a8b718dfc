//! A kidney that nobody wants: to whom it goes, and to whom not.
#![allow(clippy::unwrap_used)]

use hailsham_allocation::eurotransplant::{
    Acceptance, Answer, BUILT_IN_POLICIES, FILES, Geography, Half, Models, PROFILE_FLAGS, PROFILES,
    Period, Practice, Programmes, SYSTEM, Setting, catalogue, read_folder,
};
use hailsham_allocation::files::Moment;
use hailsham_allocation::rules::read_policy;
use hailsham_scenario::Source;

/// One recipient and one donor with A1 A2 B7 DR4.
#[derive(Clone, Copy)]
struct Pair {
    /// The recipient's centre.
    centre: &'static str,
    born: &'static str,
    unacceptable: &'static str,
    donor_age: u8,
    /// What the donor has, as the column of the donors is called; nothing where it is empty.
    finding: &'static str,
    /// What the profile does not accept, as its column is called.
    refused: &'static str,
}

const PAIR: Pair = Pair {
    centre: "GSTTP",
    born: "1960-09-08",
    unacceptable: "B44",
    donor_age: 57,
    finding: "",
    refused: "",
};

/// The header and the one row of the donors, of Germany.
fn donors(pair: Pair) -> String {
    let before = "2014-01-04 05:53:07,500,Germany,GSTTP,GSTOS";
    let flags = [
        "GRAFT_HBSAG",
        "GRAFT_HCVAB",
        "GRAFT_HBCAB",
        "GRAFT_SEPSIS",
        "GRAFT_MENINGITIS",
        "DONOR_MALIGNANCY",
        "DONOR_DRUG_ABUSE",
        "GRAFT_DCD",
        "GRAFT_EUTHANASIA",
        "DONOR_TUMOR_HISTORY",
        "DONOR_MARGINAL_FREE_TEXT",
        "DONOR_SMOKING",
        "DONOR_DIABETES",
        "DONOR_HYPERTENSION",
        "DONOR_CARREST",
        "D_RESCUE",
        "D_CMV",
    ];
    let cells: Vec<&str> = flags
        .map(|flag| if flag == pair.finding { "1" } else { "0" })
        .to_vec();
    format!(
        "D_DATE,ID_DONOR,D_COUNTRY,D_CENTER,D_CENTER_SUBREGION_ESP,DONOR_AGE,D_BLOODGROUP,DONOR_HLA,DEATH_CAUSE_GROUP,N_KIDNEYS_AVAILABLE,DONOR_LAST_CREAT,D_URINE_PROTEIN,{}\n\
         {before},{},A,A1 A2 B7 DR4,CVA,2,1.03,0,{}\n",
        flags.join(","),
        pair.donor_age,
        cells.join(","),
    )
}

fn files(pair: Pair) -> [String; 7] {
    let Pair {
        centre,
        born,
        unacceptable,
        ..
    } = pair;
    let mut names = "id_registration,tstart,profile_min_donor_age,profile_max_donor_age".to_owned();
    for flag in PROFILE_FLAGS {
        names.push_str(",profile_");
        names.push_str(flag);
    }
    names.extend((0..27).map(|n| format!(",profile_hla{}{}{}", n % 3, n / 3 % 3, n / 9)));
    let accepted = PROFILE_FLAGS.map(|flag| if flag == pair.refused { ",0" } else { ",1" });
    let cells = accepted.concat() + &",1".repeat(27);
    [
        format!(
            "id_recipient,id_registration,inc_date_time,time_to_dereg,time_since_prev_txp,prev_txp_living,prev_txp_ped,n_previous_transplants,recipient_center,r_bloodgroup,r_dob,r_hla,previous_t,wlki_programme,date_first_dial\n\
             1,1001,2012-07-27 20:54:28,1580.4,,,,0,{centre},A,{born} 00:00:00,A1 B8 DR3 DR17,,,2012-07-13 06:47:00\n"
        ),
        format!(
            "id_registration,tstart,type_update,variable_value,variable_detail\n\
             1001,0,URG,T,\n1001,0.05,PRA,1,\n1001,0.1,UNACC,{unacceptable},0.41\n1001,1580.4,URG,D,\n"
        ),
        "ID_REGISTRATION,TSTART,TYPE_UPDATE,VARIABLE_VALUE,VARIABLE_DETAIL\n1001,0.05,PRG,ETKAS,\n"
            .to_owned(),
        format!("{names}\n1001,0,0,66{cells}\n"),
        donors(pair),
        "D_DATE,DONOR_ALLOC_COUNTRY,DONOR_ALLOC_CENTER,DONOR_AGE,RECIPIENT_CENTER,RECIPIENT_COUNTRY,NONETKASESP\n\
         2013-01-03 21:44:28,Germany,GSTTP,61,AWGTP,Austria,1\n"
            .to_owned(),
        "ID_DONOR,DONOR_HLA\n1,A1 B8\n2,A2 B7\n".to_owned(),
    ]
}

/// What becomes of the offers under a profile.
fn answers(profile: &str, pair: Pair) -> Vec<Answer> {
    answers_with(profile, [&[], &[]], pair)
}

/// The same, with changes to the policies of the general and of the Senior Programme.
fn answers_with(profile: &str, sets: [&[&str]; 2], pair: Pair) -> Vec<Answer> {
    answers_where(&Practice::default(), profile, sets, pair)
}

/// The same where the programmes do something else beside their rules.
fn answers_where(
    practice: &Practice,
    profile: &str,
    sets: [&[&str]; 2],
    pair: Pair,
) -> Vec<Answer> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in FILES.into_iter().zip(files(pair)) {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let setting = Setting::eurotransplant().unwrap();
    let geography = Geography::new(&setting);
    let determinants = setting.antigens().unwrap();
    let period = Period {
        start: Moment::read("2014-01-01").unwrap(),
        end: Moment::read("2016-01-01").unwrap(),
        balances_from: Moment::read("2013-01-01").unwrap(),
        relisting: false,
    };
    let (input, _) = read_folder(folder.path(), period, &geography, &determinants).unwrap();
    let (_, names) = PROFILES.into_iter().find(|one| one.0 == profile).unwrap();
    let policies = [0, 1].map(|at| {
        let source = Source::Name(names[at].to_owned());
        let catalogues = [(SYSTEM, catalogue(&geography))];
        let sets: Vec<String> = sets[at].iter().map(|set| (*set).to_owned()).collect();
        let (_, policy) = read_policy(&source, &BUILT_IN_POLICIES, &sets, &catalogues).unwrap();
        policy
    });
    let models = Models::built_in(&geography).unwrap();
    let frequencies = setting.frequencies(&determinants);
    let programmes = Programmes {
        input: &input,
        geography: &geography,
        determinants: &determinants,
        frequencies: &frequencies,
        period,
        policies: [&policies[0], &policies[1]],
        practice,
        survival: None,
        acceptance: Acceptance::Models(&models),
    };
    let mut all = Vec::new();
    programmes.run(&mut Half, |list| {
        all.extend(list.offers.iter().map(|offer| offer.answer));
        false
    });
    all
}

#[test]
fn a_kidney_is_forced_only_on_those_who_can_be_offered_it() {
    let (adult, child) = (PAIR.born, "2004-09-08");
    for (born, unacceptable) in [(adult, "A2 B7"), (child, "A2 B7"), (adult, "B7")] {
        let pair = Pair {
            born,
            unacceptable,
            ..PAIR
        };
        let found = answers("eurotransplant-2021", pair);
        assert_eq!(found, [Answer::Filtered], "{born} {unacceptable}");
        // The simulator gives it to whoever's centre was asked, and so does its profile.
        let found = answers("etkidney", pair);
        assert_eq!(found, [Answer::AcceptedInRescue], "{born} {unacceptable}");
    }
    // Whoever can be offered it has it, willing or not.
    let found = answers("eurotransplant-2021", PAIR);
    assert!(found[0].is_accepted());
}

/// What a profile refuses is refused in the last phase of either programme too, drug abuse included. Donors of 70 go to
/// the Senior Programme, where this recipient is offered kidneys in the extended phase alone; the profile's oldest donor
/// is 66.
#[test]
fn a_profile_holds_in_every_phase_and_for_every_finding() {
    let senior = Pair {
        born: "1940-09-08",
        donor_age: 65,
        ..PAIR
    };
    assert!(answers("eurotransplant-2021", senior)[0].is_accepted());
    for pair in [
        Pair {
            donor_age: 70,
            ..senior
        },
        Pair {
            finding: "DONOR_MALIGNANCY",
            refused: "malignancy",
            ..senior
        },
        Pair {
            finding: "DONOR_DRUG_ABUSE",
            refused: "drug_abuse",
            ..senior
        },
        Pair {
            finding: "DONOR_DRUG_ABUSE",
            refused: "drug_abuse",
            ..PAIR
        },
    ] {
        let what = format!("{} {}", pair.donor_age, pair.finding);
        let found = answers("eurotransplant-2021", pair);
        assert!(!found[0].is_accepted(), "{what}");
        assert!(answers("etkidney", pair)[0].is_accepted(), "{what}");
    }
    // A profile may refuse the extended phase itself.
    let none = Pair {
        refused: "extended_esp",
        ..senior
    };
    assert!(!answers("eurotransplant-2021", none)[0].is_accepted());
}

/// An oddity of the offers holds for the programme whose policy has it on, and for that alone.
#[test]
fn each_programme_has_its_own_oddities() {
    let senior = Pair {
        born: "1940-09-08",
        donor_age: 65,
        finding: "DONOR_MALIGNANCY",
        refused: "malignancy",
        ..PAIR
    };
    let on: &[&str] = &["quirks.rescue_ignores_profiles=true"];
    let with = |sets, pair| answers_with("eurotransplant-2021", sets, pair)[0].is_accepted();
    assert!(with([&[], on], senior) && !with([on, &[]], senior));
    let general = Pair {
        donor_age: 57,
        ..senior
    };
    assert!(with([on, &[]], general) && !with([&[], on], general));
}

/// Which recipients are offered kidneys of donors whose circulation had stopped is the policy's to say.
#[test]
fn a_variant_opens_donation_after_circulatory_death_to_all_countries() {
    let pair = Pair {
        born: "1940-09-08",
        donor_age: 65,
        finding: "GRAFT_DCD",
        ..PAIR
    };
    assert_eq!(answers("eurotransplant-2021", pair), []);
    let open = [&[][..], &["eligibility.dcd.when=true"]];
    assert!(answers_with("eurotransplant-2021", open, pair)[0].is_accepted());
}

/// Which tiers come in the regular phase does not hang on what they are called.
#[test]
fn the_policy_says_how_far_the_regular_phase_goes() {
    let pair = Pair {
        born: "1940-09-08",
        donor_age: 65,
        ..PAIR
    };
    // The only candidate is in tier E.
    let with = |set: &str| answers_with("eurotransplant-2021", [&[], &[set]], pair);
    assert_eq!(with("regular_until=D"), [Answer::AcceptedInRescue]);
    assert_ne!(with("regular_until=E"), [Answer::AcceptedInRescue]);
    assert_ne!(with("regular_until=\"\""), [Answer::AcceptedInRescue]);
}

/// Dialysis began a week before the eighteenth birthday, and the registration came a week after it; now the recipient is
/// an adult.
#[test]
fn who_counts_as_a_child_goes_by_the_registration_or_by_dialysis() {
    let only_children: [&[&str]; 2] = [&["eligibility.child={ when = \"paediatric\" }"], &[]];
    let is_child = |child_by_dialysis, centre| {
        let practice = Practice {
            child_by_dialysis,
            ..Practice::default()
        };
        let pair = Pair {
            centre,
            born: "1994-07-20",
            ..PAIR
        };
        !answers_where(&practice, "eurotransplant-2021", only_children, pair).is_empty()
    };
    assert!(is_child(true, "AWGTP") && !is_child(false, "AWGTP"));
    // In Germany neither counts.
    assert!(!is_child(true, "GSTTP") && !is_child(false, "GSTTP"));
}
