package torpor.runtime.process.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import torpor.core.job.JobId;
import torpor.core.machine.Generation;
import torpor.host.process.ProcessIdentity;
import torpor.host.process.ProcessStat;

class MembersTest {
  private static final InstanceMark OURS =
      new InstanceMark(
          new DataDirectoryMark("d"), new JobId("01kah0000000000000000000a1"), new Generation(1));

  private static final MarkedProcess DAEMON = process(10, 1, 5, Optional.empty());
  private static final MarkedProcess KEEPER = process(20, 10, 20, Optional.of(OURS));

  @Test
  void theMarkedAreMembersWhereverTheyAre() {
    MarkedProcess stray = process(30, 1, 30, Optional.of(OURS));

    assertThat(members(DAEMON, KEEPER, stray)).containsExactlyInAnyOrder(20L, 30L);
  }

  @Test
  void theUnmarkedInAMarkedLeadersSessionAreMembers() {
    assertThat(members(DAEMON, KEEPER, process(21, 1, 20, Optional.empty())))
        .containsExactlyInAnyOrder(20L, 21L);
  }

  @Test
  void childrenOfMembersAreMembersInAnySession() {
    MarkedProcess child = process(40, 20, 40, Optional.empty());
    MarkedProcess grandchild = process(41, 40, 41, Optional.empty());

    assertThat(members(grandchild, DAEMON, child, KEEPER)).containsExactlyInAnyOrder(20L, 40L, 41L);
  }

  @Test
  void aKeeperStillInTheDaemonsSessionDoesNotDrawItIn() {
    MarkedProcess forkedJustNow = process(22, 10, 5, Optional.of(OURS));
    MarkedProcess shellOfTheDaemon = process(5, 1, 5, Optional.empty());

    assertThat(members(DAEMON, shellOfTheDaemon, forkedJustNow)).containsExactly(22L);
  }

  @Test
  void otherMachinesAreNotMembers() {
    InstanceMark other = new InstanceMark(OURS.owner(), OURS.job(), new Generation(2));

    assertThat(members(DAEMON, process(50, 10, 50, Optional.of(other)))).isEmpty();
  }

  private static List<Long> members(MarkedProcess... census) {
    return Members.of(List.of(census), OURS::equals).stream().map(ProcessStat::pid).toList();
  }

  private static MarkedProcess process(
      long pid, long parent, long session, Optional<InstanceMark> mark) {
    return new MarkedProcess(
        new ProcessStat(new ProcessIdentity(pid, 1), parent, session, session, false), mark);
  }
}
