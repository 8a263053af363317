package torpor.engine.caller;

/// Figures about this daemon since it started, for metrics.
///
/// @param actors jobs held in memory now
/// @param machines machines alive or being made now
/// @param waitingForPlace starts and restores waiting for a free place now
/// @param timers timers held in memory now
/// @param commits transitions made durable
/// @param wakes sleeps ended by time
/// @param wakeLatenessMicros summed over `wakes`: from due to durably woken
public record EngineStats(
    int actors,
    int machines,
    int waitingForPlace,
    int timers,
    long commits,
    long wakes,
    long wakeLatenessMicros) {}
