package torpor.wire.guest;

import torpor.wire.RawJson;

/// A signal as the program receives it.
///
/// @param seq counts the job's signals from 1
public record GuestSignal(String name, RawJson payload, int seq) {}
