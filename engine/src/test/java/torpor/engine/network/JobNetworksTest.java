package torpor.engine.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import torpor.core.instance.InstanceId;
import torpor.core.instance.spec.NetworkWish;
import torpor.core.job.JobId;
import torpor.core.network.AddressSlot;
import torpor.core.network.NetworkName;
import torpor.core.refusal.RefusalCode;
import torpor.engine.fake.Ids;

class JobNetworksTest {
  private static final List<JobId> JOBS = List.of(Ids.job(1), Ids.job(2), Ids.job(3));
  private static final int HIGHEST = HostUnderDaemons.SLOTS - 1;

  private final HostUnderDaemons host = new HostUnderDaemons();
  private SlotLedger ledger = new SlotLedger();
  private JobNetworks networks = begin();

  private JobNetworks begin() {
    ledger = new SlotLedger();
    return new JobNetworks(host.opened(), ledger, Runnable::run);
  }

  private static <T> T done(CompletionStage<T> asked) {
    return asked.toCompletableFuture().join();
  }

  private static NetworkFailure failure(CompletionStage<?> asked) {
    return (NetworkFailure)
        asked
            .toCompletableFuture()
            .handle((_, failed) -> failed)
            .thenApply(Objects::requireNonNull)
            .join();
  }

  private static NetworkWish in(String network) {
    return new NetworkWish(
        true,
        true,
        List.of(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        Optional.of(new NetworkName(network)),
        Optional.empty());
  }

  @Test
  void whoWishesForNoneGetsNone() {
    assertThat(done(networks.attach(JOBS.getFirst(), NetworkWish.NONE))).isEmpty();
    assertThat(host.standing).isEmpty();
  }

  @Test
  void aMachineHasASlotForAsLongAsItLives() {
    JobId job = JOBS.getFirst();
    done(networks.attach(job, NetworkWish.DEFAULT));
    assertThat(host.standing).containsEntry(new AddressSlot(HIGHEST), InstanceId.of(job));
    done(networks.detach(job));
    assertThat(host.standing).isEmpty();
    done(networks.detach(job));

    done(networks.attach(JOBS.get(1), NetworkWish.DEFAULT));

    assertThat(host.standing)
        .containsEntry(new AddressSlot(HIGHEST), InstanceId.of(JOBS.get(1)))
        .hasSize(1);
  }

  @Test
  void instancesTakeTheLowestAndJobsTheHighestUntilNoneIsLeft() {
    SlotLedger.Tenant instance = new SlotLedger.Tenant(InstanceId.of(Ids.job(9)), Optional.empty());
    JOBS.forEach(job -> done(networks.attach(job, NetworkWish.DEFAULT)));
    assertThat(ledger.takeLowest(instance, HostUnderDaemons.SLOTS, Set.of()))
        .contains(new AddressSlot(0));

    NetworkFailure refused = failure(networks.attach(Ids.job(4), NetworkWish.DEFAULT));

    assertThat(refused.refusal().code()).isEqualTo(RefusalCode.NO_CAPACITY);
    assertThat(ledger.takeLowest(instance, HostUnderDaemons.SLOTS, Set.of())).isEmpty();
    done(networks.detach(JOBS.get(1)));
    assertThat(done(networks.attach(Ids.job(4), NetworkWish.DEFAULT))).isPresent();
  }

  @Test
  void whatCouldNotBeMadeIsUndone() {
    host.failNext();
    failure(networks.attach(JOBS.getFirst(), NetworkWish.DEFAULT));

    assertThat(host.standing).isEmpty();
    done(networks.attach(JOBS.get(1), NetworkWish.DEFAULT));
    assertThat(host.standing).containsOnlyKeys(new AddressSlot(HIGHEST));
  }

  @Test
  void whatCouldNotBeRemovedIsUsedByTheNextLife() {
    JobId job = JOBS.getFirst();
    done(networks.attach(job, NetworkWish.DEFAULT));
    host.failNext();
    failure(networks.detach(job));
    assertThat(host.standing).hasSize(1);

    done(networks.attach(job, NetworkWish.DEFAULT));
    assertThat(host.standing).hasSize(1);
    done(networks.detach(job));
    assertThat(host.standing).isEmpty();
  }

  @Test
  void networksThatTheKernelCannotTellApartAreRefused() {
    NetworkName one = new NetworkName("ak");
    NetworkName other = new NetworkName("c-");
    assertThat(other.number()).isEqualTo(one.number());
    ledger.has(
        new SlotLedger.Tenant(InstanceId.of(Ids.job(9)), Optional.of(one)), new AddressSlot(0));
    assertThat(done(networks.attach(JOBS.get(1), in(one.text())))).isPresent();

    NetworkFailure refused = failure(networks.attach(JOBS.getFirst(), in(other.text())));

    assertThat(refused.refusal().code()).isEqualTo(RefusalCode.NAME_TAKEN);
    assertThat(refused.refusal().field()).contains("network.name");
  }

  /// One machine sleeps, one ends by itself, one is lost with its daemon: at every step, before and
  /// after it.
  @Test
  void whateverStepADaemonDiesAtTheNextOneLeavesNothingAndLosesNothing() {
    int deaths = 0;
    for (int moment = 2; ; moment++) {
      HostUnderDaemons fresh = new HostUnderDaemons();
      Jobs jobs = new Jobs(fresh);
      fresh.dieAt(moment);
      if (!jobs.runUntilDeath()) {
        break;
      }
      deaths++;
      jobs.recover();
      jobs.finish();
    }
    assertThat(deaths).isGreaterThanOrEqualTo(12);
  }

  /// Jobs as the engine and the runtime treat them, with machines that outlive daemons too.
  private static final class Jobs {
    private final HostUnderDaemons host;
    private final Set<JobId> machines = new HashSet<>();
    private final Set<JobId> inFlight = new HashSet<>();
    private SlotLedger ledger = new SlotLedger();
    private JobNetworks networks;

    Jobs(HostUnderDaemons host) {
      this.host = host;
      this.networks = new JobNetworks(host.opened(), ledger, Runnable::run);
    }

    /// @return whether the daemon died
    boolean runUntilDeath() {
      return !(JOBS.stream().allMatch(this::live)
          && end(JOBS.get(0))
          && live(JOBS.get(0))
          && end(JOBS.get(1))
          && inFlight.remove(JOBS.get(1)));
    }

    /// @return whether the daemon lives
    private boolean live(JobId job) {
      inFlight.add(job);
      return networks.attach(job, NetworkWish.DEFAULT).toCompletableFuture().isDone()
          && machines.add(job);
    }

    private boolean end(JobId job) {
      machines.remove(job);
      return networks.detach(job).toCompletableFuture().isDone();
    }

    void recover() {
      ledger = new SlotLedger();
      Networks opened = host.opened();
      networks = new JobNetworks(opened, ledger, Runnable::run);
      for (JobId job : inFlight) {
        networks.takeOver(job);
        if (!machines.contains(job)) {
          done(networks.detach(job));
        }
      }
      Set<InstanceId> known = inFlight.stream().map(InstanceId::of).collect(Collectors.toSet());
      done(opened.sweep(known));
      ledger.retain(known);
      assertThat(host.standing.values())
          .containsExactlyInAnyOrderElementsOf(machines.stream().map(InstanceId::of).toList());
    }

    void finish() {
      assertThat(List.copyOf(inFlight)).allMatch(job -> machines.contains(job) || live(job));
      assertThat(host.standing).hasSize(inFlight.size());
      assertThat(List.copyOf(machines)).allMatch(this::end);
      assertThat(host.standing).isEmpty();
      assertThat(done(networks.attach(Ids.job(8), NetworkWish.DEFAULT)))
          .hasValueSatisfying(place -> assertThat(place.outside()).endsWith("." + HIGHEST));
    }
  }
}
