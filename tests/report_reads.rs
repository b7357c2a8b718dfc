//! What the report reads by name is what the model writes: a name that nothing has would give an
//! empty chart and no error.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use hailsham_model::event::{Event, Word};
use hailsham_model::mind::{Fact, Story};
use hailsham_report::{EVENTS_READ, TOPICS_READ};

#[test]
fn every_event_that_the_report_reads_is_in_the_list_of_events() {
    assert!(!EVENTS_READ.is_empty());
    for name in EVENTS_READ {
        let known = Event::ALL.iter().any(|event| event.name() == *name);
        assert!(known, "the report reads {name}, which no event is called");
    }
}

#[test]
fn every_topic_that_the_report_reads_is_a_word_a_fact_or_a_story() {
    assert!(!TOPICS_READ.is_empty());
    for name in TOPICS_READ {
        let lists = [Word::LABELS, &Fact::LABELS, &Story::LABELS];
        let known = lists.iter().any(|labels| labels.contains(name));
        assert!(
            known,
            "the report reads the topic {name}, which nothing is called"
        );
    }
}
