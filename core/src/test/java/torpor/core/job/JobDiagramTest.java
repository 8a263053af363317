package torpor.core.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import torpor.core.GeneratedPage;

/// Draws the job's life from the rules, and holds the random walks to all of it.
class JobDiagramTest {

  /// Edges of the table that no walk can take, each with its reason. Empty is best.
  private static final Map<World.Edge, String> NEVER_WALKED =
      Map.of(
          new World.Edge(JobPhase.PENDING, "MachineUp", JobPhase.PENDING),
          "a pending job has not had a machine yet; one that came up would be killed",
          new World.Edge(JobPhase.PENDING, "SnapshotTaken", JobPhase.PENDING),
          "a pending job has not had a machine yet; its snapshot would be discarded",
          new World.Edge(JobPhase.SUSPENDED, "SnapshotTaken", JobPhase.SUSPENDED),
          "the snapshot a job sleeps on has the highest number given out");

  private static final Set<World.Edge> edges = new LinkedHashSet<>();
  private static final Map<String, Map<JobPhase, Set<String>>> table = new LinkedHashMap<>();

  @BeforeAll
  static void decideEverything() {
    AllCases.forEach((job, event, _, decision) -> note(job, event, decision));
  }

  private static void note(Job job, JobEvent event, Decision decision) {
    JobPhase from = job.state().phase();
    String name = event.getClass().getSimpleName();
    Set<String> cell =
        table
            .computeIfAbsent(name, _ -> new TreeMap<>())
            .computeIfAbsent(from, _ -> new TreeSet<>());
    switch (decision) {
      case Decision.Accepted accepted -> {
        JobPhase to = accepted.next().state().phase();
        edges.add(new World.Edge(from, name, to));
        boolean another = !accepted.next().generation().equals(job.generation());
        cell.add(to != from ? "→ " + to.text() : another ? "begins again" : "stays");
      }
      case Decision.Noted _ -> cell.add("stays");
      case Decision.Deferred(var _, var _, Decision otherwise) -> {
        cell.add("waits");
        note(job, event, otherwise);
      }
      case Decision.Answered _ -> {}
      case Decision.Rejected _ -> cell.add("refused");
    }
  }

  @Test
  void theCheckedInPageShowsEveryEdge() {
    GeneratedPage.check("job.md", page());
  }

  @Test
  void theWalksTakeEveryEdgeOfTheTable() {
    Set<World.Edge> untaken = new LinkedHashSet<>(edges);
    untaken.removeAll(Walks.all().edges());
    assertThat(untaken).isEqualTo(NEVER_WALKED.keySet());
  }

  @Test
  void theTableHoldsEveryEdgeThatTheWalksTake() {
    assertThat(edges).containsAll(Walks.all().edges());
  }

  @Test
  void everyStateCanBeReachedAndEveryStateButTheEndedCanBeLeft() {
    Set<JobPhase> reached = edges.stream().map(World.Edge::to).collect(Collectors.toSet());
    assertThat(reached).contains(JobPhase.values());
    Set<JobPhase> left =
        edges.stream()
            .filter(edge -> edge.from() != edge.to())
            .map(World.Edge::from)
            .collect(Collectors.toSet());
    assertThat(Stream.of(JobPhase.values()).filter(phase -> !left.contains(phase)))
        .containsExactly(JobPhase.COMPLETED, JobPhase.CANCELLED);
  }

  private String page() {
    return """
    # The life of a job

    Generated from `JobRules` by `JobDiagramTest`; `-Ddiagrams.write=true` writes it anew.

    %s
    ## What every event does in every state

    `→` the state it leads to, depending on policy, waker and facts · `stays` accepted in the \
    same state · `begins again` the same state in a new life · `waits` decided again after the next change · `refused` · empty: late or \
    repeated, answered without changing anything.

    %s\
    """
        .formatted(diagram(), tables());
  }

  private String diagram() {
    StringBuilder out = new StringBuilder("```mermaid\nstateDiagram-v2\n  [*] --> pending\n");
    for (JobPhase from : JobPhase.values()) {
      for (JobPhase to : JobPhase.values()) {
        String events =
            edges.stream()
                .filter(edge -> edge.from() == from && edge.to() == to && from != to)
                .map(World.Edge::event)
                .sorted()
                .collect(Collectors.joining(", "));
        if (!events.isEmpty()) {
          out.append("  %s --> %s: %s\n".formatted(from.text(), to.text(), events));
        }
      }
    }
    Stream.of(JobPhase.COMPLETED, JobPhase.FAILED, JobPhase.CANCELLED)
        .forEach(end -> out.append("  %s --> [*]\n".formatted(end.text())));
    return out.append("```\n").toString();
  }

  /// One table for each kind of state, as thirteen columns are too many to read.
  private String tables() {
    return Stream.of(JobPhase.Kind.values())
        .map(kind -> Stream.of(JobPhase.values()).filter(p -> p.kind() == kind).toList())
        .map(this::table)
        .collect(Collectors.joining("\n"));
  }

  private String table(List<JobPhase> columns) {
    StringBuilder out = new StringBuilder("| event |");
    columns.forEach(column -> out.append(" %s |".formatted(column.text())));
    out.append("\n|---|").append("---|".repeat(columns.size())).append('\n');
    table.forEach((event, cells) -> {
      out.append("| %s |".formatted(event));
      columns.forEach(column ->
          out.append(" %s |".formatted(String.join(", ", cells.getOrDefault(column, Set.of())))));
      out.append('\n');
    });
    return out.toString();
  }
}
