package torpor.engine.caller;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import torpor.core.definition.Definition;
import torpor.core.definition.DefinitionId;
import torpor.core.definition.DefinitionName;
import torpor.core.machine.RuntimeName;
import torpor.core.refusal.Reply;
import torpor.engine.machine.Capabilities;
import torpor.engine.store.NewDefinition;

/// Definitions and the runtimes they can name, for callers. Thread-safe and asynchronous.
public interface Definitions {

  /// Checked by its runtime first; nothing is stored where that refuses. Adding the same content
  /// again is answered with what is there.
  CompletionStage<Reply<Definition>> add(NewDefinition definition);

  /// @param version a version, or `latest`
  CompletionStage<Reply<Definition>> get(DefinitionName name, String version);

  CompletionStage<Reply<List<Definition>>> list(
      Optional<DefinitionName> name, Optional<DefinitionId> after, int limit);

  CompletionStage<Reply<Definition>> remove(DefinitionName name, String version);

  /// Every runtime of this daemon, as measured.
  List<RuntimeReport> runtimes();

  record RuntimeReport(RuntimeName name, Capabilities capabilities) {}
}
