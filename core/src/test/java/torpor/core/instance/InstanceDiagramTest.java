package torpor.core.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import torpor.core.GeneratedPage;

/// Draws the instance's life from its table.
class InstanceDiagramTest {
  private record Edge(InstancePhase from, Hop.Kind hop, InstancePhase to) {}

  private static Set<Edge> edges() {
    Set<Edge> edges = new LinkedHashSet<>();
    for (InstanceState from : InstanceSamples.states()) {
      for (Hop.Kind kind : Hop.Kind.values()) {
        InstanceSamples.after(from, InstanceSamples.hop(kind))
            .ifPresent(to -> edges.add(new Edge(from.phase(), kind, to.phase())));
      }
    }
    return edges;
  }

  @Test
  void theCheckedInPageShowsEveryHop() {
    GeneratedPage.check("instance.md", page());
  }

  @Test
  void everyStateCanBeReachedAndEveryHopIsLegalSomewhere() {
    assertThat(edges().stream().map(Edge::to).collect(Collectors.toSet()))
        .contains(InstancePhase.values());
    assertThat(edges().stream().map(Edge::hop).collect(Collectors.toSet()))
        .contains(Hop.Kind.values());
  }

  private static String page() {
    return """
    # The life of an instance

    Generated from `InstanceRules` by `InstanceDiagramTest`; `-Ddiagrams.write=true` writes it \
    anew. A hop is taken when its work is done; `delete` is possible from every state.

    %s
    ## Which hop leads where

    %s
    ## What the state of a job says of its instance

    See `InstanceStates`; a test proves that no event of a job makes its instance jump.
    """
        .formatted(diagram(), table());
  }

  private static String diagram() {
    StringBuilder out = new StringBuilder("```mermaid\nstateDiagram-v2\n  [*] --> creating\n");
    Map<String, Set<String>> arrows = new LinkedHashMap<>();
    edges().stream()
        .filter(edge -> edge.to() != InstancePhase.DELETED)
        .forEach(edge ->
            arrows
                .computeIfAbsent(
                    edge.from().text() + " --> " + edge.to().text(), _ -> new LinkedHashSet<>())
                .add(edge.hop().text()));
    arrows.forEach(
        (arrow, hops) -> out.append("  %s: %s\n".formatted(arrow, String.join(", ", hops))));
    return out.append("```\n").toString();
  }

  private static String table() {
    StringBuilder out = new StringBuilder("| hop |");
    for (InstancePhase phase : InstancePhase.values()) {
      out.append(" %s |".formatted(phase.text()));
    }
    out.append("\n|---|").append("---|".repeat(InstancePhase.values().length)).append('\n');
    for (Hop.Kind hop : Hop.Kind.values()) {
      out.append("| %s |".formatted(hop.text()));
      Arrays.stream(InstancePhase.values())
          .map(from ->
              edges().stream()
                  .filter(edge -> edge.from() == from && edge.hop() == hop)
                  .map(edge -> "→ " + edge.to().text())
                  .collect(Collectors.joining(", ")))
          .forEach(cell -> out.append(" %s |".formatted(cell)));
      out.append('\n');
    }
    return out.toString();
  }
}
