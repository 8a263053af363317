package torpor.core.job;

import java.util.Optional;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.Token;
import torpor.core.wake.Wake;

/// A token whose checkpoint is durable.
///
/// @param wake what ended the sleep that followed, where one did and has ended
public record SettledToken(Token token, SnapshotNumber snapshot, Optional<Wake> wake) {}
