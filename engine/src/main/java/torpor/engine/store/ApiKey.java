package torpor.engine.store;

import java.time.Instant;

/// A key that opens the caller API from other addresses than the local ones.
///
/// @param id short, shown in lists
/// @param hash of the secret; the secret itself is never stored
public record ApiKey(String id, String name, String hash, Instant createdAt) {}
