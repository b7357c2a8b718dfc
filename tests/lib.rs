//! Shared pieces of the tests across the rooms.
