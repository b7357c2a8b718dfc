//! The names of the random draws and of the slots in the future event list.
//!
//! The numbers of the purposes are a promise: a run is repeated bit for bit by them. A new purpose
//! takes a new number; a number is never used again for another purpose.

/// What a random draw is for. Together with the seed and the identity of the one it concerns, it
/// names a stream of draws of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u16)]
pub enum Purpose {
    /// Time of making within the intake's year.
    Birth = 1,
    /// Sex of the model copied.
    Sex = 2,
    /// Death by the life table.
    NaturalDeath = 3,
    /// Blood group.
    Abo = 4,
    /// HLA antigens.
    Hla = 5,
    /// Empathy.
    Empathy = 6,
    /// Frailty.
    Frailty = 7,
    /// Given name and initial.
    Name = 8,
    /// Which Cottages a group of leavers goes to.
    Cottages = 9,
    /// Length of stay at the Cottages.
    Stay = 10,
    /// Whether a resident becomes a carer.
    Service = 11,
    /// Which carer a donor is given.
    CarerChoice = 12,
    /// Call-up within the year after a review.
    CallUp = 14,
    /// Which recovery centre.
    Centre = 15,
    /// Time from call-up to the first operation.
    Notice = 16,
    /// Death at an operation.
    Operation = 17,
    /// Strength lost at an operation.
    Loss = 18,
    /// Time in bed after an operation.
    Recovery = 19,
    /// Time from discharge to the next operation.
    Interval = 20,
    /// Death between operations.
    Decline = 21,
    /// School moved to when one closes.
    Transfer = 22,
    /// Size of an intake.
    Intake = 30,
    /// Coordinates of unnamed places.
    Layout = 31,
    /// Times between people falling ill.
    Arrival = 40,
    /// Age and sex of someone who falls ill.
    Onset = 41,
    /// Time to death without an organ.
    Without = 42,
    /// Whether someone ill can be treated without a donor's organ.
    Treatment = 43,
    /// Whether and when someone ill is listed.
    Listing = 44,
    /// Survival of a graft.
    Graft = 45,
    /// Whether someone is listed again after a graft failed.
    Relisting = 46,

    // The inner life: the rhythms and what every submodel draws on.
    /// Traits.
    Traits = 100,
    /// What draws two people to each other.
    Affinity = 101,
    /// When a student's rhythms begin.
    Rhythm = 102,
    /// Time to the next contact.
    Contact = 103,
    /// Whom a contact is with.
    Partner = 104,
    // 7.3 conditioning: 110 to 119.
    /// Whether somebody tries to leave.
    Intent = 110,
    /// Whether somebody who tries to leave stays away.
    Attempt = 111,
    /// Whether a peer corrects somebody who speaks of another life.
    Correction = 112,
    /// Whether a donor refuses an operation.
    Refusal = 113,

    // 7.4 knowledge: 120 to 129.
    /// Whether a meeting turns to a fact, and to which.
    Whisper = 120,
    // 7.5 staff: 130 to 139.
    /// Duty, candour and sex of a member of staff.
    StaffTraits = 130,
    /// What a member of staff does in a term.
    Conduct = 131,
    /// To whom and of what a guardian speaks, and what comes of it.
    Speech = 132,
    /// The end of a working life.
    Turnover = 133,
    /// Which pupils a guardian has an eye on.
    Attention = 134,
    /// Whether the collector comes.
    Collection = 135,
    /// Whether the collector sees a private act.
    Witness = 136,
    // 7.6 works: 140 to 149.
    /// Works made in half a year.
    WorksMade = 140,
    /// Merit and revealed inner life of a work.
    WorkScores = 141,
    /// What kind of work it is.
    WorkForm = 142,
    /// Who buys a work.
    SaleBuyers = 143,
    /// Who buys the goods of a Sale.
    SaleGoods = 144,

    // 7.7 standing: 150 to 159.
    /// Teasing at a meeting, and what follows.
    Teasing = 150,
    /// Praise of a young pupil's work.
    EarlyPraise = 151,
    /// Rage at being found wanting.
    Failure = 152,
    /// Rage that nobody provoked.
    Brooding = 153,

    // 7.8 ties: 160 to 179.
    /// Whether two who meet become a couple.
    Couple = 160,
    /// Whether a couple parts.
    Parting = 161,
    /// Whether somebody comes between two others.
    Interference = 162,
    /// How.
    InterferenceKind = 163,
    /// Whether it leaves them blocked.
    Block = 164,
    /// Whether somebody supports a friend instead.
    Support = 165,
    /// Whether somebody owns up.
    Confession = 166,
    /// Whether that is forgiven.
    Forgiveness = 167,
    /// Whether the address for a deferral is passed on.
    AddressPassed = 168,
    /// Whether a carer meets a donor in care, or a donor the carer, and which.
    CareMeeting = 169,
    // 7.9 stories: 180 to 189.
    /// Whether a story arises where a work is taken away or a thing is lost.
    Unexplained = 180,
    /// The story of the Gallery, told or denied at a meeting.
    GalleryTold = 181,
    /// The story of the deferral, told or denied at a meeting.
    DeferralTold = 182,
    /// A story of originals, told or denied at a meeting.
    OriginalsTold = 183,
    /// The story of the lost corner, told or denied at a meeting.
    LostCornerTold = 184,
    /// Whether the story of the deferral arises.
    DeferralArises = 185,
    /// Whether a story of originals arises.
    OriginalsArises = 186,
    /// Whether a story is taken up again.
    StoryRevived = 187,

    // 7.10 originals: 190 to 199.
    /// Who is copied.
    Model = 190,
    /// What the model stands for among people.
    ModelStanding = 191,
    /// A stranger seen on an outing or in print: resemblance, and the claim.
    Sighting = 192,
    /// Whether friends go to look, who comes along, and what they find.
    Expedition = 193,
    /// Games, worries and inventions about one's origin.
    Origin = 194,

    // 7.11 belongings: 200 to 209.
    /// Things found by chance.
    Find = 200,
    /// A gift at a meeting.
    Gift = 201,
    /// Things lost by chance.
    Lost = 202,
    /// Things lost on a move.
    LostMoving = 203,
    /// A search for a lost thing.
    Search = 204,
    /// The search in Norfolk.
    Norfolk = 205,
    // 7.12 outings: 210 to 219.
    /// How many groups of a place go out in a month.
    Outings = 210,
    /// Who goes on an outing, and where to.
    OutingGroup = 211,
    /// Whether somebody shows distress in the street.
    VisiblePain = 212,
    /// Whether a veteran is copied.
    Imitation = 213,
    /// Whether one of another upbringing is condescended to.
    Condescension = 214,
    /// Whether somebody asks about a humane schooling.
    AskingAboutSchool = 215,
    /// Whether a copied manner is held against somebody.
    Confronting = 216,
    /// Whether a leaver of an ordinary school has had a humane education.
    HumaneEducation = 217,

    // 7.15 deferral: 220 to 229.
    /// Whether the address is learnt otherwise than by confession.
    Address = 220,
    /// Whether a couple decides to ask.
    Petition = 221,
    /// When it goes, and what follows the answer.
    PetitionJourney = 222,
    // 7.17 society: 230 to 239.
    /// How many pass by somebody in visible pain, and how many of them help.
    PassersBy = 230,
    /// Whether a recipient meets the donor.
    MeetingDonor = 231,

    // Resistance: 240 to 249.

    // Quarrels and mediation: 250 to 259.
    /// Whether two quarrel.
    Quarrel = 250,
    /// Whether a friend of both makes peace.
    Mediation = 251,
    /// Whether somebody schemes, and what for.
    Scheme = 240,
    /// Whether somebody tells of the past, and to whom.
    Telling = 241,
    /// Whether somebody has a small joy, and with whom.
    SmallJoy = 242,
    /// Whether somebody means to leave with others.
    Agreement = 243,

    // History: 260 to 269.
    /// When a pinned event happens, and when somebody of the cast is made.
    PinnedMoment = 260,
}

impl From<Purpose> for u16 {
    fn from(purpose: Purpose) -> u16 {
        purpose as u16
    }
}

/// The slots of the future event list: what is due for an entity. An entity has at most one pending
/// event a slot; at one minute, lower slots come first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Slot {
    /// A school opens.
    Opening,
    /// A school closes.
    Closing,
    /// A school's intake of a year is drawn.
    Intake,
    /// A student is made.
    Birth,
    /// A pupil leaves school.
    LeaveSchool,
    /// A resident leaves the Cottages.
    LeaveCottages,
    /// A carer is reviewed.
    Review,
    /// A carer is called up.
    CallUp,
    /// An operation is due.
    Operation,
    /// A donor leaves the bed.
    Discharge,
    /// A carer visits.
    Visit,
    /// A donor's body gives out.
    Decline,
    /// A student dies by the life table.
    NaturalDeath,
    /// The next of the public may fall ill.
    Arrival,
    /// A recipient is listed.
    Listing,
    /// A recipient comes near death.
    Urgent,
    /// A graft fails.
    GraftFailure,
    /// A recipient dies.
    RecipientDeath,
    /// A day ends, with its meetings and reflections.
    Day,
    /// A term of a school ends.
    Term,
    /// A month of a place ends.
    Month,
    /// A year of the country ends.
    Year,
    /// A couple goes to ask for a deferral.
    Petition,
    /// A guardian is dismissed.
    Dismissal,
    /// A pinned event happens.
    Pin,
}

impl Slot {
    /// Every slot, by number.
    pub const ALL: [Slot; 25] = [
        Slot::Opening,
        Slot::Closing,
        Slot::Intake,
        Slot::Birth,
        Slot::LeaveSchool,
        Slot::LeaveCottages,
        Slot::Review,
        Slot::CallUp,
        Slot::Operation,
        Slot::Discharge,
        Slot::Visit,
        Slot::Decline,
        Slot::NaturalDeath,
        Slot::Arrival,
        Slot::Listing,
        Slot::Urgent,
        Slot::GraftFailure,
        Slot::RecipientDeath,
        Slot::Day,
        Slot::Term,
        Slot::Month,
        Slot::Year,
        Slot::Petition,
        Slot::Dismissal,
        Slot::Pin,
    ];

    /// Whether this is a step of a student's life course, of which only one is pending at a time.
    pub(crate) fn is_step(self) -> bool {
        matches!(
            self,
            Slot::LeaveSchool
                | Slot::LeaveCottages
                | Slot::Review
                | Slot::CallUp
                | Slot::Operation
                | Slot::Discharge
        )
    }
}
