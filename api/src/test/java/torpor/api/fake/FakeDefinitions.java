package torpor.api.fake;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import torpor.core.definition.Definition;
import torpor.core.definition.DefinitionId;
import torpor.core.definition.DefinitionName;
import torpor.core.machine.RuntimeName;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.engine.caller.Definitions;
import torpor.engine.machine.Capabilities;
import torpor.engine.store.NewDefinition;

/// Definitions in a list. Knows the runtimes `wasm`, which works, and `podman`, which does not.
public final class FakeDefinitions implements Definitions {
  static final Instant ADDED = Instant.parse("2026-11-20T08:00:00Z");

  private final List<Definition> definitions = new CopyOnWriteArrayList<>();

  public void clear() {
    definitions.clear();
  }

  @Override
  public CompletionStage<Reply<Definition>> add(NewDefinition asked) {
    if (!asked.runtime().equals(RuntimeName.WASM)) {
      return refused(
          Refusal.ofField(
              RefusalCode.RUNTIME_UNKNOWN,
              "runtime",
              "There is no runtime '" + asked.runtime() + "'",
              "Use wasm."));
    }
    Definition made =
        new Definition(
            new DefinitionId(definitions.size() + 1),
            asked.name(),
            asked.version(),
            asked.runtime(),
            asked.config(),
            asked.retry(),
            asked.timeout(),
            asked.keepSnapshots(),
            asked.metadata(),
            ADDED);
    Optional<Definition> there = find(asked.name(), asked.version());
    if (there.isPresent()) {
      Definition known = there.orElseThrow();
      return known.config().equals(made.config()) && known.retry().equals(made.retry())
          ? done(known)
          : refused(
              Refusal.of(
                  RefusalCode.DEFINITION_EXISTS,
                  asked.name() + " " + asked.version() + " exists with other content",
                  "Choose another version."));
    }
    definitions.add(made);
    return done(made);
  }

  @Override
  public CompletionStage<Reply<Definition>> get(DefinitionName name, String version) {
    return find(name, version).map(FakeDefinitions::done).orElseGet(() -> notFound(name, version));
  }

  Optional<Definition> find(DefinitionName name, String version) {
    return definitions.stream()
        .filter(d -> d.name().equals(name))
        .filter(d -> version.equals("latest") || d.version().equals(version))
        .reduce((_, newer) -> newer);
  }

  @Override
  public CompletionStage<Reply<List<Definition>>> list(
      Optional<DefinitionName> name, Optional<DefinitionId> after, int limit) {
    List<Definition> sorted =
        definitions.stream()
            .filter(d -> name.map(d.name()::equals).orElse(true))
            .sorted(
                Comparator.comparing((Definition d) -> d.name().text())
                    .thenComparingInt(d -> d.id().number()))
            .toList();
    return done(
        sorted.stream()
            .skip(
                after
                    .map(id -> sorted.stream().map(Definition::id).toList().indexOf(id) + 1)
                    .orElse(0))
            .limit(limit)
            .toList());
  }

  @Override
  public CompletionStage<Reply<Definition>> remove(DefinitionName name, String version) {
    Optional<Definition> there = find(name, version);
    there.ifPresent(definitions::remove);
    return there.map(FakeDefinitions::done).orElseGet(() -> notFound(name, version));
  }

  @Override
  public List<RuntimeReport> runtimes() {
    return List.of(
        new RuntimeReport(
            RuntimeName.WASM,
            new Capabilities(
                true, true, true, true, true, false, "language", Optional.of("1"), List.of())),
        new RuntimeReport(
            new RuntimeName("podman"),
            new Capabilities(
                false,
                false,
                false,
                false,
                false,
                false,
                "container",
                Optional.empty(),
                List.of(new Capabilities.Problem("podman is missing", "apt install podman")))));
  }

  private static CompletionStage<Reply<Definition>> notFound(DefinitionName name, String version) {
    return refused(
        Refusal.of(
            RefusalCode.DEFINITION_NOT_FOUND,
            "There is no definition " + name + " " + version,
            "List them."));
  }

  static <T> CompletionStage<Reply<T>> done(T value) {
    return CompletableFuture.completedFuture(Reply.done(value));
  }

  static <T> CompletionStage<Reply<T>> refused(Refusal refusal) {
    return CompletableFuture.completedFuture(Reply.refused(refusal));
  }
}
