//! Everything that is tested in process: the import order, seals, transcripts, journeys that move the clock.

mod layers;
mod seals;
