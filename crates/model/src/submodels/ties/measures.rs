//! What is measured of ties: counted while a run goes on, where neither the log nor the persons at
//! the end tell it, and else from these.

use std::collections::BTreeMap;

use super::Matter;
use super::interference::Motives;
use crate::event::Event;
use crate::metrics::{Facts, Metric, mean, metrics};
use crate::network::Tie;
use crate::person::{Phase, StudentId};
use hailsham_engine::time::Time;

/// Sums over those who might have come between others.
#[derive(Clone, Copy, Default)]
pub(super) struct MotiveSums {
    count: f64,
    insecurity: f64,
    horizon: f64,
    scarcity: f64,
    bond: f64,
}

impl MotiveSums {
    pub(super) fn add(&mut self, motives: Motives, bond: Option<f64>) {
        self.count += 1.0;
        self.insecurity += motives.insecurity;
        self.horizon += motives.horizon;
        self.scarcity += motives.scarcity;
        self.bond += bond.unwrap_or(0.0);
    }

    fn mean(&self, of: impl Fn(&MotiveSums) -> f64) -> f64 {
        of(self) / self.count
    }
}

/// Moments of pairs, added one by one.
#[derive(Clone, Copy, Default)]
pub(super) struct Pairs {
    count: f64,
    x: f64,
    y: f64,
    xx: f64,
    yy: f64,
    xy: f64,
}

impl Pairs {
    pub(super) fn add(&mut self, x: f64, y: f64) {
        self.count += 1.0;
        self.x += x;
        self.y += y;
        self.xx += x * x;
        self.yy += y * y;
        self.xy += x * y;
    }

    /// Pearson's correlation, −1 to 1; not a number where one side does not vary.
    pub(super) fn correlation(&self) -> f64 {
        let n = self.count;
        let covariance = self.xy - self.x * self.y / n;
        let x = self.xx - self.x * self.x / n;
        let y = self.yy - self.y * self.y / n;
        if x <= 0.0 || y <= 0.0 {
            return f64::NAN;
        }
        covariance / libm::sqrt(x * y)
    }
}

const PHASES: usize = Phase::LABELS.len();

/// What is counted while a run goes on.
#[derive(Clone, Copy, Default)]
pub(super) struct Sums {
    /// By phase of life: looks back, friends found at them, friends found lost.
    looks_back: [(u64, u64, u64); PHASES],
    /// Half years in which somebody might have interfered; those in which some bond might have
    /// moved that person; acts.
    pub(super) chances: MotiveSums,
    pub(super) looks: MotiveSums,
    pub(super) acts: MotiveSums,
    /// Meetings at which somebody had something to confess, and confessions: of others, of donors.
    occasions: [(u64, u64); 2],
    /// Meetings with one who had done a wrong, and how open the wronged were at them: not told of it, told.
    after_wrong: [(u64, f64); 2],
    /// Strength of the closest tie, and meaning.
    pub(super) bearing: Pairs,
    /// Strength of the tie to the dead, and grief.
    pub(super) grieving: Pairs,
}

impl Sums {
    pub(super) fn friends(&mut self, phase: Phase, friends: u32, lost: u32) {
        let sums = &mut self.looks_back[phase as usize];
        sums.0 += 1;
        sums.1 += u64::from(friends);
        sums.2 += u64::from(lost);
    }

    pub(super) fn occasion(&mut self, donor: bool, confessed: bool) {
        let sums = &mut self.occasions[usize::from(donor)];
        sums.0 += 1;
        sums.1 += u64::from(confessed);
    }

    /// The wronged meets the one who did it.
    pub(super) fn met(&mut self, told: bool, openness: f64) {
        let sums = &mut self.after_wrong[usize::from(told)];
        sums.0 += 1;
        sums.1 += openness;
    }

    /// How open the wronged are to those who have told them, less to those who have not.
    fn opened(&self) -> f64 {
        let [untold, told] = self.after_wrong.map(|(count, sum)| sum / count as f64);
        told - untold
    }

    fn friends_in(&self, phase: Phase) -> f64 {
        let (looks, friends, _) = self.looks_back[phase as usize];
        friends as f64 / looks as f64
    }

    /// Share of friends who are lost within half a year.
    fn lost_in(&self, phase: Phase) -> f64 {
        let (_, friends, lost) = self.looks_back[phase as usize];
        lost as f64 / (friends + lost) as f64
    }

    fn told(&self, donor: bool) -> f64 {
        let (occasions, confessed) = self.occasions[usize::from(donor)];
        confessed as f64 / occasions as f64
    }
}

fn sums<'a>(facts: &Facts<'a>) -> &'a Sums {
    &facts.world.inner.ties.sums
}

/// All matters of pairs whom somebody came between, with the two.
fn matters<'a>(facts: &Facts<'a>) -> impl Iterator<Item = ((u32, u32), &'a Matter)> {
    let ties = &facts.world.inner.ties;
    let past = ties
        .past_matters
        .iter()
        .map(|(pair, matter)| (*pair, matter));
    past.chain(ties.matters.iter().map(|(pair, matter)| (*pair, matter)))
}

/// Years for which the pairs that were kept apart were so: until it was owned up to, until they became a
/// couple all the same, until one of them died or was gone, or until the end.
fn years_kept_apart(facts: &Facts) -> Vec<f64> {
    let mut by_pair: BTreeMap<(u32, u32), f64> = BTreeMap::new();
    for (pair, matter) in matters(facts) {
        if let Some(years) = matter.years_apart(facts.world.clock.horizon) {
            *by_pair.entry(pair).or_default() += years;
        }
    }
    by_pair.into_values().collect()
}

/// Share of the pairs that would have become a couple who did in the end.
fn share_united(facts: &Facts) -> f64 {
    // By whether it was owned up to: all, and those who did.
    let mut pairs = [(0_u32, 0_u32); 2];
    for (_, matter) in matters(facts) {
        if matter.kept_apart != Time::NEVER {
            let (all, united) = &mut pairs[usize::from(matter.confessed != Time::NEVER)];
            *all += 1;
            *united += u32::from(matter.united != Time::NEVER);
        }
    }
    let [not_told, told] = pairs.map(|(all, united)| f64::from(united) / f64::from(all));
    told - not_told
}

/// Mean years from call-up to death of those who died of donating, by whether they had a partner
/// when called up.
fn years_as_donor(facts: &Facts, loved: bool) -> f64 {
    let world = facts.world;
    let years: Vec<f64> = facts
        .donors()
        .filter(|donor| {
            let row = donor.student.row();
            world.students.phase[row] == Phase::Completed
                && world.inner.ties.past[row].loved == loved
        })
        .map(|donor| (world.students.died[donor.student.row()] - donor.called_up).years())
        .collect();
    mean(&years)
}

/// Every end of a tie at the end of the run, or at the death of its owner, with the friendship of
/// then.
fn ties<'a>(facts: &Facts<'a>) -> impl Iterator<Item = (StudentId, &'a Tie, f64)> {
    let world = facts.world;
    let fading = world.programme.ties.friendship.fading();
    (0..world.students.len() as u32)
        .map(StudentId)
        .flat_map(move |student| {
            let at = world.students.died[student.row()].min(world.clock.horizon);
            world
                .network
                .of(student)
                .iter()
                .map(move |tie| (student, tie, tie.friendship_at(at, fading)))
        })
}

/// Of those who were told of a wrong: the share to whom the one who did it was a friend still when
/// the wrongdoer died, or is at the end, if they were there to see it.
fn friends_after_betrayal(facts: &Facts) -> f64 {
    let below = facts.world.programme.ties.friendship.apart_below;
    let (mut told, mut friends) = (0_u32, 0_u32);
    for (student, tie, friendship) in ties(facts) {
        // Whoever was told and died first does not see how it ends.
        if tie.is(Tie::TOLD) && (tie.is(Tie::DEAD) || facts.world.students.alive(student)) {
            told += 1;
            friends += u32::from(friendship >= below);
        }
    }
    f64::from(friends) / f64::from(told)
}

/// Mean trust of those who were told of a wrong in the one who did it, less that of those who were
/// wronged and not told.
fn trust_told(facts: &Facts) -> f64 {
    let (mut told, mut untold) = (Vec::new(), Vec::new());
    for (_, tie, _) in ties(facts) {
        let trust = f64::from(tie.trust);
        if tie.is(Tie::TOLD) {
            told.push(trust);
        } else if tie.is(Tie::HARMED) {
            untold.push(trust);
        }
    }
    mean(&told) - mean(&untold)
}

pub(crate) const METRICS: &[Metric] = metrics! {
    friendships "ties" "Times that somebody became a friend to another." |f| f.count(Event::Befriended);
    friendships_lost "ties" "Times that somebody had grown apart from a friend." |f| f.count(Event::GrewApart);
    friends_pupil "friends" "Mean number of living friends of pupils." |f| sums(f).friends_in(Phase::Pupil);
    friends_resident "friends" "Mean number of living friends of residents of the Cottages." |f| sums(f).friends_in(Phase::Resident);
    friends_carer "friends" "Mean number of living friends of carers." |f| sums(f).friends_in(Phase::Carer);
    friends_donor "friends" "Mean number of living friends of donors." |f| sums(f).friends_in(Phase::Donor);
    friends_lost_together "share" "Share of friends lost within half a year by residents of the Cottages." |f| sums(f).lost_in(Phase::Resident);
    friends_lost_dispersed "share" "Share of friends lost within half a year by carers." |f| sums(f).lost_in(Phase::Carer);
    unravelling "share" "Share of friends lost within half a year: carers less residents." |f| sums(f).lost_in(Phase::Carer) - sums(f).lost_in(Phase::Resident);
    reunions "meetings" "Friends who met again at a bedside." |f| f.count(Event::Reunited);
    couples "couples" "Times that two became a couple." |f| f.count(Event::Coupled);
    couples_parted "couples" "Couples who parted." |f| f.count(Event::Parted);
    loves_hidden "pairs" "Pairs who loved each other, and did not say so since one was not free." |f| f.count(Event::LoveHidden);
    interferences "acts" "Acts of coming between two others." |f| f.count(Event::Interfered);
    supports "acts" "Acts of supporting two others where one might have come between them." |f| f.count(Event::Supported);
    interference_insecurity "share" "Insecurity of those who interfered, less that of all who might have." |f| sums(f).acts.mean(|s| s.insecurity) - sums(f).chances.mean(|s| s.insecurity);
    interference_horizon "share" "How short they knew their time to be, less the same of all who might have interfered." |f| sums(f).acts.mean(|s| s.horizon) - sums(f).chances.mean(|s| s.horizon);
    interference_powerlessness "share" "How little other power they had, less the same of all who might have interfered." |f| sums(f).acts.mean(|s| s.scarcity) - sums(f).chances.mean(|s| s.scarcity);
    interference_bond "share" "Bond perceived between the two by those who interfered, less that perceived by all who looked." |f| sums(f).acts.mean(|s| s.bond) - sums(f).looks.mean(|s| s.bond);
    pairs_kept_apart "pairs" "Pairs who would have become a couple, had nobody come between them." |f| years_kept_apart(f).len() as f64;
    years_kept_apart "years" "Years for which pairs were kept apart by somebody who came between them, over all pairs: until that was owned up to, or one of the two was gone." |f| years_kept_apart(f).iter().sum();
    years_kept_apart_mean "years" "Mean years for which a pair was kept apart by somebody who came between them." |f| mean(&years_kept_apart(f));
    united_after_confession "share" "Share of pairs kept apart who became a couple in the end: where it was owned up to, less where it was not." |f| share_united(f);
    confessions "confessions" "Confessions." |f| f.count(Event::Confessed);
    confession_rate_dying "share" "Confessions for each meeting at which a donor had something to confess." |f| sums(f).told(true);
    confession_rate_others "share" "Confessions for each meeting at which somebody who was no donor had something to confess." |f| sums(f).told(false);
    confession_nearness "share" "Confessions for each meeting with something to confess: of donors less of those who were none." |f| sums(f).told(true) - sums(f).told(false);
    forgiven "share" "Share of confessions that were forgiven." |f| f.count(Event::Forgave) / f.count(Event::Confessed);
    friends_after_betrayal "share" "Share of those told of a wrong who were friends still, at the death of the one who did it or at the end; without those who died first." |f| friends_after_betrayal(f);
    trust_after_confession "share" "Trust in the one who did a wrong: of those who were told less those who were not." |f| trust_told(f);
    openness_after_confession "share" "How far friendship grows at meetings with one who did a wrong, of what it could: of those who were told of it less of those who were not." |f| sums(f).opened();
    addresses_given "times" "Times that the address for a deferral was passed on." |f| f.count(Event::AddressGiven);
    bereavements "bereavements" "Bereavements." |f| f.count(Event::Bereaved);
    friends_left_mean "friends" "Mean number of living friends of the bereaved." |f| { let sums = f.replayed.tally.of(Event::Bereaved); sums.n as f64 / f64::from(sums.count) };
    meaning_by_ties "correlation" "Correlation of felt meaning with the strength of the closest tie, over all half years." |f| sums(f).bearing.correlation();
    grief_by_ties "correlation" "Correlation of the grief at a death with the strength of the tie." |f| sums(f).grieving.correlation();
    donor_years_loved "years" "Mean years from call-up to death of those who had a partner when called up and died of donating." |f| years_as_donor(f, true);
    donor_years_unloved "years" "Mean years from call-up to death of those who had no partner when called up and died of donating." |f| years_as_donor(f, false);
    donor_years_of_love "years" "Mean years from call-up to death of those who died of donating: with a partner when called up, less without." |f| years_as_donor(f, true) - years_as_donor(f, false);
};

#[cfg(test)]
mod tests {
    use super::Pairs;

    /// The first of the sets of Anscombe, "Graphs in statistical analysis", The American
    /// Statistician 27 (1973): r = 0.81642.
    #[test]
    fn correlation_of_anscombes_first_set() {
        let x = [10.0, 8.0, 13.0, 9.0, 11.0, 14.0, 6.0, 4.0, 12.0, 7.0, 5.0];
        let y = [
            8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68,
        ];
        let mut pairs = Pairs::default();
        for (x, y) in x.into_iter().zip(y) {
            pairs.add(x, y);
        }
        assert!((pairs.correlation() - 0.81642).abs() < 1e-5);
        assert!(Pairs::default().correlation().is_nan());
    }
}
