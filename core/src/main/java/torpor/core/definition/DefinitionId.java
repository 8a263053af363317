package torpor.core.definition;

/// The store's own short number of one definition version; never reused.
public record DefinitionId(int number) {}
