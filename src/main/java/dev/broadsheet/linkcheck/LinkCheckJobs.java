package dev.broadsheet.linkcheck;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.Set;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.TriggerKey;

/**
 * The Quartz job of all checks, with a trigger for each: so that over all nodes one check runs at a time, no host hears
 * from two of them, and sending keeps its threads. Scheduling joins the caller's transaction: rolled back means no job.
 */
@ApplicationScoped
class LinkCheckJobs {

    private static final String GROUP = "link-checks";
    private static final JobKey JOB = new JobKey("link-check", GROUP);
    private static final String CHECK = "check";

    private final Scheduler scheduler;
    private final Clock clock;

    LinkCheckJobs(Scheduler scheduler, Clock clock) {
        this.scheduler = scheduler;
        this.clock = clock;
    }

    @Transactional(Transactional.TxType.MANDATORY)
    void schedule(long id, Instant at) {
        JobDetail job = JobBuilder.newJob(LinkCheckJob.class)
                .withIdentity(JOB)
                .requestRecovery(true)
                .build();
        Trigger trigger = TriggerBuilder.newTrigger()
                .withIdentity(new TriggerKey("check-" + id, GROUP))
                .forJob(job)
                .usingJobData(CHECK, String.valueOf(id))
                .startAt(Date.from(at))
                .withSchedule(SimpleScheduleBuilder.simpleSchedule().withMisfireHandlingInstructionFireNow())
                .build();
        try {
            scheduler.scheduleJob(job, Set.of(trigger), true);
        } catch (SchedulerException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Schedules it where nothing else will: it neither waits nor runs. */
    @Transactional(Transactional.TxType.MANDATORY)
    void ensure(long id) {
        try {
            for (Trigger trigger : scheduler.getTriggersOfJob(JOB)) {
                // Quartz never revives a trigger in ERROR
                if (String.valueOf(id).equals(trigger.getJobDataMap().getString(CHECK))
                        && scheduler.getTriggerState(trigger.getKey()) != Trigger.TriggerState.ERROR) {
                    return;
                }
            }
        } catch (SchedulerException e) {
            throw new IllegalStateException(e);
        }
        schedule(id, clock.instant());
    }

    static long check(JobExecutionContext execution) {
        return Long.parseLong(execution.getMergedJobDataMap().getString(CHECK));
    }
}
