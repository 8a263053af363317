package torpor.core.job;

import java.util.Optional;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.Token;
import torpor.core.wake.Waker;

/// A checkpoint being taken.
///
/// @param waker present where the job sleeps afterwards
public record Checkpoint(
    SnapshotNumber number, Token token, Optional<String> label, Optional<Waker> waker) {}
