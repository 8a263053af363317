package torpor.core.machine;

/// What a runtime needs to find a machine again after the daemon died. Opaque to everyone else; at
/// most 512 characters.
public record MachineHandle(String text) {}
