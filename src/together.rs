//! Waiting for several things of a kind at once. That of `futures-util` brings queues for thousands; here they are a hundred
//! at most, and 4 KB of the Worker.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

enum Work<'a, T> {
    Pending(Pin<Box<dyn Future<Output = T> + 'a>>),
    Done(T),
}

impl<T> Work<'_, T> {
    /// Goes on with it; whether it is done.
    fn advance(&mut self, context: &mut Context<'_>) -> bool {
        if let Self::Pending(work) = self
            && let Poll::Ready(done) = work.as_mut().poll(context)
        {
            *self = Self::Done(done);
        }
        matches!(self, Self::Done(_))
    }
}

/// What each of them yields, in their order, when all are done.
pub async fn all<'a, F: Future + 'a>(works: impl Iterator<Item = F>) -> Vec<F::Output> {
    finish(works.map(|work| Work::Pending(Box::pin(work))).collect()).await
}

async fn finish<T>(mut works: Vec<Work<'_, T>>) -> Vec<T> {
    poll_fn(|context| {
        // Each is asked, also after one that is not done.
        let mut done = true;
        for work in &mut works {
            done &= work.advance(context);
        }
        if done { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    let done = |work| match work {
        Work::Done(done) => Some(done),
        Work::Pending(_) => None,
    };
    works.into_iter().filter_map(done).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Yields its number after it has been asked so many times.
    async fn late(number: u32) -> u32 {
        let mut left = number;
        poll_fn(|context| {
            context.waker().wake_by_ref();
            left = left.saturating_sub(1);
            if left == 0 { Poll::Ready(number) } else { Poll::Pending }
        })
        .await
    }

    #[test]
    fn all_are_waited_for_and_keep_their_order() {
        assert_eq!(pollster::block_on(all([3, 0, 7, 1].into_iter().map(late))), [3, 0, 7, 1]);
        assert_eq!(pollster::block_on(all([0; 0].into_iter().map(late))), [0; 0]);
    }

    #[test]
    fn they_go_on_side_by_side() {
        let mut asked = 0;
        let mut works = [Work::Pending(Box::pin(late(2))), Work::Pending(Box::pin(late(9)))];
        pollster::block_on(poll_fn(|context| {
            asked += 1;
            let done: Vec<bool> = works.iter_mut().map(|work| work.advance(context)).collect();
            assert_eq!(done, [asked >= 2, asked >= 9]);
            if asked == 9 { Poll::Ready(()) } else { Poll::Pending }
        }));
    }
}
