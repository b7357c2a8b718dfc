//! Donors, and kidneys that went abroad.

use std::collections::HashSet;
use std::path::Path;

use super::{Reading, blood_group, unknown_antigens};
use crate::eurotransplant::records::{DEATH_CAUSES, DONOR_FLAGS, Donor, Exchange, PastExchange};

impl Reading<'_> {
    pub(super) fn donors(&mut self, path: &Path) {
        let mut problems = std::mem::take(&mut self.problems);
        let mut sheet = Self::sheet(&mut problems, path);
        let columns = [
            "d_date",
            "id_donor",
            "d_country",
            "d_center",
            "d_center_subregion_esp",
            "donor_age",
            "d_bloodgroup",
            "donor_hla",
            "death_cause_group",
            "n_kidneys_available",
            "donor_last_creat",
            "d_urine_protein",
        ];
        let [
            date,
            id,
            country,
            centre,
            subregion,
            age,
            group,
            hla,
            cause,
            kidneys,
            creatinine,
            protein,
        ] = columns.map(|name| sheet.column(name));
        let flags = DONOR_FLAGS.map(|name| sheet.column(name));
        let end = self.period.end.days_since(self.period.start);
        let mut seen = HashSet::new();
        while sheet.next_row() {
            let mut bits = 0;
            let mut whole = true;
            for (bit, column) in flags.into_iter().enumerate() {
                let flag = sheet.flag(column);
                whole &= flag.is_some();
                bits |= u32::from(flag.unwrap_or(false)) << bit;
            }
            let text = sheet.text(hla).to_owned();
            unknown_antigens(&mut sheet, hla, &text, self.determinants);
            let code = sheet.text(subregion).to_owned();
            let row = (
                sheet.moment(date),
                sheet.whole(id, 0, i64::from(u32::MAX)),
                sheet.one_of(country, &self.geography.countries),
                sheet.one_of(centre, &self.geography.centres),
                sheet.whole(age, 0, 120),
                blood_group(&mut sheet, group),
                sheet.one_of(cause, &DEATH_CAUSES),
                sheet.whole(kidneys, 1, 2),
                sheet.number(creatinine, 0.0, 1000.0),
                sheet.whole(protein, 0, 3),
            );
            let (
                Some(date),
                Some(number),
                Some(country),
                Some(centre),
                Some(age),
                Some(abo),
                Some(cause),
                Some(kidneys),
                Some(creatinine),
                Some(protein),
                true,
            ) = (
                row.0, row.1, row.2, row.3, row.4, row.5, row.6, row.7, row.8, row.9, whole,
            )
            else {
                continue;
            };
            if !seen.insert(number) {
                sheet.wrong(id, format!("`{number}` stands twice"));
                continue;
            }
            let time = date.days_since(self.period.start);
            if time < 0.0 || time >= end {
                continue;
            }
            let typing = self.typing(&text);
            self.input.donors.push(Donor {
                id: number as u32,
                name: number as u64,
                time,
                country: country as u8,
                centre: centre as u16,
                subregion: self.geography.subregion(&code),
                age: age as u8,
                abo,
                typing,
                kidneys: kidneys as u8,
                death_cause: cause as u8,
                creatinine,
                urine_protein: protein as u8,
                flags: bits,
            });
        }
        self.problems = problems;
    }

    pub(super) fn exchanges(&mut self, path: &Path) {
        let mut problems = std::mem::take(&mut self.problems);
        let mut sheet = Self::sheet(&mut problems, path);
        let columns = [
            "d_date",
            "donor_alloc_country",
            "donor_alloc_center",
            "donor_age",
            "recipient_center",
            "recipient_country",
            "nonetkasesp",
        ];
        let [date, from, from_centre, age, to_centre, to, outside] =
            columns.map(|name| sheet.column(name));
        let countries = self.geography.countries.clone();
        let centres = self.geography.centres.clone();
        let first = self.period.balances_from;
        while sheet.next_row() {
            let row = (
                sheet.moment(date),
                sheet.one_of(from, &countries),
                sheet.one_of(from_centre, &centres),
                sheet.whole(age, 0, 120),
                sheet.one_of(to, &countries),
                sheet.one_of(to_centre, &centres),
                sheet.flag(outside),
            );
            if let (
                Some(date),
                Some(from),
                Some(from_centre),
                Some(age),
                Some(to),
                Some(to_centre),
                Some(outside),
            ) = row
                && date >= first
            {
                self.input.exchanges.push(PastExchange {
                    time: date.days_since(self.period.start),
                    outside,
                    exchange: Exchange {
                        from_country: from as u8,
                        from_centre: from_centre as u16,
                        donor_age: age as u8,
                        to_country: to as u8,
                        to_centre: to_centre as u16,
                    },
                });
            }
        }
        self.problems = problems;
    }
}
