//! Files as they go wrong in practice: each mistake is one clear error, or a warning that is counted.
#![allow(clippy::unwrap_used)]

use std::path::Path;

use hailsham_allocation::eurotransplant::{
    FILES, Geography, Input, Period, Programme, Setting, read_folder,
};
use hailsham_allocation::files::{FileError, Moment, Problems};
use hailsham_allocation::typing::Determinants;
use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

const PATIENTS: &str = "id_recipient,id_registration,inc_date_time,time_to_dereg,time_since_prev_txp,prev_txp_living,prev_txp_ped,n_previous_transplants,recipient_center,r_bloodgroup,r_dob,r_hla,previous_t,wlki_programme,date_first_dial
1,1001,2012-07-27 20:54:28,1580.4,,,,0,GSTTP,O,1960-09-08 00:00:00,A1 B8 DR3 DR17,,,2012-07-13 06:47:00
2,1002,2013-04-26 21:06:02,2698.5,,,,0,AWGTP,A,1982-10-12 00:00:00,A2 B7 DR4,,ESP,
";
const STATUS: &str = "id_registration,tstart,type_update,variable_value,variable_detail
1001,0,URG,T,
1001,0.1,UNACC,A2 B7,0.41
1001,1580.4,URG,D,
1002,0,URG,T,
1002,2698.5,URG,R,
";
const PROGRAMMES: &str =
    "ID_REGISTRATION,TSTART,TYPE_UPDATE,VARIABLE_VALUE,VARIABLE_DETAIL\n1001,0.05,PRG,ETKAS,\n";
const DONORS: &str = "D_DATE,ID_DONOR,D_COUNTRY,D_CENTER,D_CENTER_SUBREGION_ESP,DONOR_AGE,D_BLOODGROUP,GRAFT_HBSAG,GRAFT_HCVAB,GRAFT_HBCAB,GRAFT_SEPSIS,GRAFT_MENINGITIS,DONOR_MALIGNANCY,DONOR_DRUG_ABUSE,GRAFT_DCD,GRAFT_EUTHANASIA,DONOR_HLA,DEATH_CAUSE_GROUP,DONOR_TUMOR_HISTORY,DONOR_MARGINAL_FREE_TEXT,DONOR_SMOKING,N_KIDNEYS_AVAILABLE,DONOR_DIABETES,DONOR_HYPERTENSION,DONOR_LAST_CREAT,D_URINE_PROTEIN,DONOR_CARREST,D_RESCUE,D_CMV
2014-01-04 05:53:07,500,Germany,GSTTP,GSTOS,57,A,0,0,0,0,0,0,0,0,0,A1 A2 B7 DR4,CVA,0,0,0,2,0,0,1.03,0,0,0,0
";
const BALANCES: &str = "D_DATE,DONOR_ALLOC_COUNTRY,DONOR_ALLOC_CENTER,DONOR_AGE,RECIPIENT_CENTER,RECIPIENT_COUNTRY,NONETKASESP
2013-01-03 21:44:28,Germany,GSTTP,61,AWGTP,Austria,1
";
const POOL: &str = "ID_DONOR,DONOR_HLA\n1,A1 B8\n2,A2 B7\n";

fn profiles() -> String {
    let mut names = "id_registration,tstart,profile_min_donor_age,profile_max_donor_age".to_owned();
    for flag in hailsham_allocation::eurotransplant::PROFILE_FLAGS {
        names.push_str(",profile_");
        names.push_str(flag);
    }
    let mismatches = (0..27).map(|n| format!(",profile_hla{}{}{}", n % 3, n / 3 % 3, n / 9));
    names.extend(mismatches);
    let cells = ",1".repeat(39);
    format!("{names}\n1001,0,0,66{cells}\n1002,0,16,99{cells}\n")
}

fn read(change: impl Fn(&str, &mut String)) -> Result<(Input, Problems), FileError> {
    read_from(change, |path, text| std::fs::write(path, text).unwrap())
}

/// Reads the files as `write` leaves them.
fn read_from(
    change: impl Fn(&str, &mut String),
    write: impl Fn(&Path, &str),
) -> Result<(Input, Problems), FileError> {
    let folder = tempfile::tempdir().unwrap();
    let texts = [
        PATIENTS,
        STATUS,
        PROGRAMMES,
        &profiles(),
        DONORS,
        BALANCES,
        POOL,
    ]
    .map(str::to_owned);
    for (name, mut text) in FILES.into_iter().zip(texts) {
        change(name, &mut text);
        write(&folder.path().join(name), &text);
    }
    read_whole(folder.path())
}

/// Writes a table as Parquet, as other programs would: columns of numbers as numbers, whole where they can be, columns
/// of times as times, everything else as text, and nothing where nothing stands.
fn write_parquet(path: &Path, text: &str) {
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let names = lines.next().unwrap();
    let rows: Vec<_> = lines.collect();
    let column = |at: usize| {
        let cells = rows.iter().map(move |row| row[at]);
        cells.filter(|cell| !cell.is_empty())
    };
    let time = |cell: &str| {
        let start = Moment::read("1970-01-01").unwrap();
        let moment = Moment::read(cell).filter(|_| cell.len() == 19);
        moment.map(|moment| (moment.days_since(start) * 86_400_000_000.0).round() as i64)
    };
    let kinds: Vec<&str> = (0..names.len())
        .map(|at| {
            let some = column(at).next().is_some();
            if some && column(at).all(|cell| cell.parse::<i64>().is_ok()) {
                "optional int64 {}"
            } else if some && column(at).all(|cell| cell.parse::<f64>().is_ok()) {
                "optional double {}"
            } else if some && column(at).all(|cell| time(cell).is_some()) {
                "optional int64 {} (TIMESTAMP_MICROS)"
            } else {
                "optional binary {} (UTF8)"
            }
        })
        .collect();
    let fields = names.iter().zip(&kinds);
    let fields: String = fields
        .map(|(name, kind)| kind.replace("{}", name) + "; ")
        .collect();
    let schema = parse_message_type(&format!("message table {{ {fields} }}")).unwrap();
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY);
    let file = std::fs::File::create(path.with_extension("parquet")).unwrap();
    let mut writer =
        SerializedFileWriter::new(file, schema.into(), properties.build().into()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    for (at, kind) in kinds.iter().enumerate() {
        let levels: Vec<i16> = rows
            .iter()
            .map(|row| i16::from(!row[at].is_empty()))
            .collect();
        let mut out = group.next_column().unwrap().unwrap();
        match *kind {
            "optional double {}" => {
                let values: Vec<f64> = column(at).map(|cell| cell.parse().unwrap()).collect();
                let out = out.typed::<DoubleType>();
                out.write_batch(&values, Some(&levels), None).unwrap();
            }
            "optional binary {} (UTF8)" => {
                let values: Vec<ByteArray> = column(at).map(ByteArray::from).collect();
                let out = out.typed::<ByteArrayType>();
                out.write_batch(&values, Some(&levels), None).unwrap();
            }
            kind => {
                let read = |cell: &str| {
                    if kind.ends_with("{}") {
                        cell.parse().ok()
                    } else {
                        time(cell)
                    }
                };
                let values: Vec<i64> = column(at).map(|cell| read(cell).unwrap()).collect();
                let out = out.typed::<Int64Type>();
                out.write_batch(&values, Some(&levels), None).unwrap();
            }
        }
        out.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
}

#[test]
fn parquet_says_the_same_as_csv() {
    let (of_text, _) = read(|_, _| ()).unwrap();
    let (of_tables, problems) = read_from(|_, _| (), write_parquet).unwrap();
    assert!(problems.all().is_empty(), "{:?}", problems.all());
    assert_eq!(format!("{of_tables:?}"), format!("{of_text:?}"));
    // One file may be CSV and another Parquet; of two of one name the CSV file is read.
    let mixed = read_from(
        |_, _| (),
        |path, text| {
            if path.ends_with("donors.csv") {
                write_parquet(path, &text.replace("500,Germany", "700,Germany"));
            }
            std::fs::write(path, text).unwrap();
        },
    );
    assert_eq!(mixed.unwrap().0.donors[0].id, 500);
}

#[test]
fn mistakes_in_parquet_have_a_place_as_well() {
    let broken = |file: &'static str, right: &'static str, wrong: &'static str| {
        let change = move |name: &str, text: &mut String| {
            if name == file {
                assert!(text.contains(right), "{text}");
                *text = text.replacen(right, wrong, 1);
            }
        };
        read_from(change, write_parquet).unwrap_err().to_string()
    };
    let message = broken("patients.csv", "0,AWGTP", "0,AWGTX");
    assert!(
        message
            .contains("patients.parquet, row 2, column `recipient_center`: `AWGTX` is not known"),
        "{message}"
    );
    let message = broken("donors.csv", "GSTOS,57", "GSTOS,");
    let wanted = "donors.parquet, row 1, column `donor_age`: the cell is blank";
    assert!(message.contains(wanted), "{message}");
    let message = broken("donors.csv", "DONOR_AGE", "DONORAGE");
    let wanted = "donors.parquet, column `donor_age`: the column is missing; there is `donorage`";
    assert!(message.contains(wanted), "{message}");
    let cut = read_from(
        |_, _| (),
        |path, text| {
            write_parquet(path, text);
            let path = path.with_extension("parquet");
            let bytes = std::fs::read(&path).unwrap();
            std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        },
    );
    let message = cut.unwrap_err().to_string();
    assert!(
        message.contains("patients.parquet: is not whole Parquet"),
        "{message}"
    );
}

fn read_whole(folder: &Path) -> Result<(Input, Problems), FileError> {
    let geography = Geography::new(&Setting::eurotransplant().unwrap());
    let rows = [
        ["hla_a", "A*01:01", "A1", "A1"],
        ["hla_a", "A*02:01", "A2", "A2"],
        ["hla_b", "B*07:02", "B7", "B7"],
        ["hla_b", "B*08:01", "B8", "B8"],
        ["hla_dr", "DRB1*03:01", "DR17", "DR3"],
        ["hla_dr", "DRB1*04:01", "DR4", "DR4"],
    ];
    let determinants = Determinants::new(rows, &["DR3"]);
    let period = Period {
        start: Moment::read("2014-01-01").unwrap(),
        end: Moment::read("2016-01-01").unwrap(),
        balances_from: Moment::read("2013-01-01").unwrap(),
        relisting: false,
    };
    read_folder(folder, period, &geography, &determinants)
}

#[test]
fn whole_files_are_read_without_a_word() {
    let (input, problems) = read(|_, _| ()).unwrap();
    assert!(problems.all().is_empty(), "{:?}", problems.all());
    let all = &input.registrations;
    assert_eq!(all.registration, [1001, 1002]);
    assert_eq!(all.programme, [None, Some(Programme::Esp)]);
    assert_eq!(input.donors.len(), 1);
    assert_eq!(input.unacceptable[0].1, 0.41);
    assert_eq!(input.exchanges.len(), 1);
    assert_eq!(input.profiles.len(), 2);
    assert!(input.updates.is_sorted_by_key(|update| update.time));
}

/// The file, what stands there, what is written instead, and what the message says.
#[test]
fn each_mistake_is_one_clear_error() {
    for (file, right, wrong, parts) in [
        // A missing column.
        (
            "donors.csv",
            "DONOR_AGE",
            "DONORAGE",
            &["donors.csv, column `donor_age`: the column is missing; there is `donorage`"][..],
        ),
        // A blank age.
        (
            "donors.csv",
            "GSTOS,57",
            "GSTOS,",
            &["donors.csv, row 2, column `donor_age`: the cell is blank"],
        ),
        // An unknown centre, and at the same time another.
        (
            "patients.csv",
            "0,GSTTP",
            "0,GSTTX",
            &[
                "patients.csv, row 2, column `recipient_center`: `GSTTX` is not known; did you mean `GSTTP`?",
            ],
        ),
        // An unknown cause of death.
        (
            "donors.csv",
            ",CVA,",
            ",Stroke,",
            &["row 2, column `death_cause_group`: `Stroke` is not known; known are Anoxia, CVA"],
        ),
        // A blank cell of a profile.
        (
            "profiles.csv",
            "1001,0,0,66,1,1",
            "1001,0,0,66,1,",
            &["profiles.csv, row 2, column `profile_hbsag`: the cell is blank: expected 0 or 1"],
        ),
        // A number twice.
        (
            "patients.csv",
            "2,1002",
            "2,1001",
            &["patients.csv, row 3, column `id_registration`: `1001` stands twice"],
        ),
        // A date that is none.
        (
            "patients.csv",
            "1982-10-12",
            "1982-02-30",
            &["row 3, column `r_dob`: `1982-02-30 00:00:00` is not a date"],
        ),
        // Ages that nobody has.
        (
            "patients.csv",
            "1982-10-12",
            "2013-04-27",
            &[
                "patients.csv, row 3, column `r_dob`: `2013-04-27 00:00:00` is after the registration, `inc_date_time`",
            ],
        ),
        (
            "patients.csv",
            "1982-10-12",
            "1882-10-12",
            &[
                "patients.csv, row 3, column `r_dob`: `1882-10-12 00:00:00` makes the age at registration 130.5 years; at most 120 are allowed",
            ],
        ),
        // A profile that no donor can fit.
        (
            "profiles.csv",
            "1002,0,16,99",
            "1002,0,99,16",
            &[
                "profiles.csv, row 3, column `profile_min_donor_age`: `99` is above `profile_max_donor_age`, 16: no donor would be accepted",
            ],
        ),
        // Per cent for a share.
        (
            "patstat1.csv",
            "0.41",
            "41",
            &["row 3, column `variable_detail`: `41` is not a share from 0 to 1"],
        ),
        // A blood group that is none.
        (
            "donors.csv",
            "57,A,",
            "57,0,",
            &["row 2, column `d_bloodgroup`: `0` is not known; known are O, A, B, AB"],
        ),
        // A file that is cut off.
        (
            "patstat1.csv",
            "1002,2698.5,URG,R,\n",
            "1002,26",
            &["patstat1.csv, row 6: 2 cells where 5 are expected: is the file cut off?"],
        ),
        // A type of update that is none.
        (
            "patstat1.csv",
            "1002,0,URG",
            "1002,0,URGE",
            &["row 5, column `type_update`: `URGE` is not known; did you mean `URG`?"],
        ),
        // A file that is not there any more.
        (
            "balances.csv",
            BALANCES,
            "",
            &["balances.csv, column `d_date`: the column is missing"],
        ),
    ] {
        let error = read(|name, text| {
            if name == file {
                assert!(text.contains(right), "{right}");
                *text = text.replacen(right, wrong, 1);
            }
        })
        .unwrap_err();
        let message = error.to_string();
        for part in parts {
            assert!(message.contains(part), "{part:?} is not in:\n{message}");
        }
    }
}

#[test]
fn unknown_words_of_all_files_are_told_at_once() {
    let error = read(|_, text| {
        *text = text.replace("GSTTP", "GXXTP").replace(",CVA,", ",Stroke,");
    })
    .unwrap_err();
    let message = error.to_string();
    for part in ["patients.csv", "donors.csv", "balances.csv", "`Stroke`"] {
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn what_can_be_left_out_is_counted() {
    // No end, and an antigen that no table knows.
    let (input, problems) = read(|name, text| match name {
        "patstat1.csv" => *text = text.replace("1002,2698.5,URG,R,\n", ""),
        "donors.csv" => *text = text.replace("A1 A2 B7", "A1 A2 A99 B7"),
        _ => {}
    })
    .unwrap();
    let lines: Vec<String> = problems.warnings().map(ToString::to_string).collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(
        lines[0].contains("donors.csv, row 2, column `donor_hla`: `A99` is not in the match table")
    );
    assert!(
        lines[1]
            .contains("1 registrations do not end in R or D and are left out, the first is 1002")
    );
    assert!(input.updates.iter().all(|update| update.row == 0));
}
