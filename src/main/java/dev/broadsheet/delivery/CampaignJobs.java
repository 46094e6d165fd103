package dev.broadsheet.delivery;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.Date;
import java.util.Set;
import org.quartz.Job;
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
 * The Quartz jobs of campaigns: one that starts it, one for each lane. Scheduling joins the caller's transaction: rolled
 * back means no job. A job keeps one trigger, so scheduling it again moves it.
 */
@ApplicationScoped
class CampaignJobs {

    private static final String GROUP = "campaigns";
    private static final String CAMPAIGN = "campaign";
    private static final String LANE = "lane";

    private final Scheduler scheduler;

    CampaignJobs(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    @Transactional(Transactional.TxType.MANDATORY)
    void scheduleStart(long campaignId, Instant at) {
        schedule(job(StartJob.class, startKey(campaignId), campaignId, -1), at);
    }

    @Transactional(Transactional.TxType.MANDATORY)
    void scheduleLane(long campaignId, int lane, Instant at) {
        lockLanes();
        schedule(job(LaneJob.class, laneKey(campaignId, lane), campaignId, lane), at);
    }

    /** Schedules it, but where somebody woke it for an earlier time meanwhile, that stands. */
    @Transactional(Transactional.TxType.MANDATORY)
    void scheduleLaneAtLatest(long campaignId, int lane, Instant at) {
        lockLanes();
        try {
            for (Trigger trigger : scheduler.getTriggersOfJob(laneKey(campaignId, lane))) {
                Date next = trigger.getNextFireTime(); // none: it is the one that has fired
                if (next != null && !next.toInstant().isAfter(at)) {
                    return;
                }
            }
        } catch (SchedulerException e) {
            throw new IllegalStateException(e);
        }
        scheduleLane(campaignId, lane, at);
    }

    /** Schedules it where nothing else will. */
    @Transactional(Transactional.TxType.MANDATORY)
    void ensureStart(long campaignId, Instant at) {
        if (!exists(startKey(campaignId))) {
            scheduleStart(campaignId, at);
        }
    }

    /** Schedules it where nothing else will: it neither waits nor runs. */
    @Transactional(Transactional.TxType.MANDATORY)
    void ensureLane(long campaignId, int lane, Instant at) {
        if (!exists(laneKey(campaignId, lane))) {
            scheduleLane(campaignId, lane, at);
        }
    }

    /** Until the transaction ends: nobody wakes a lane between another's look at when it is due and its word on that. */
    private static void lockLanes() {
        Campaign.getEntityManager()
                .createNativeQuery("select 1 from pg_advisory_xact_lock(hashtext('campaign lanes'))", Integer.class)
                .getSingleResult();
    }

    static long campaign(JobExecutionContext execution) {
        return Long.parseLong(execution.getMergedJobDataMap().getString(CAMPAIGN));
    }

    static int lane(JobExecutionContext execution) {
        return Integer.parseInt(execution.getMergedJobDataMap().getString(LANE));
    }

    private static JobKey startKey(long campaignId) {
        return new JobKey("start-" + campaignId, GROUP);
    }

    private static JobKey laneKey(long campaignId, int lane) {
        return new JobKey("lane-" + campaignId + "-" + lane, GROUP);
    }

    private static JobDetail job(Class<? extends Job> type, JobKey key, long campaignId, int lane) {
        return JobBuilder.newJob(type)
                .withIdentity(key)
                .usingJobData(CAMPAIGN, String.valueOf(campaignId))
                .usingJobData(LANE, String.valueOf(lane))
                .requestRecovery(true)
                .build();
    }

    private void schedule(JobDetail job, Instant at) {
        Trigger trigger = TriggerBuilder.newTrigger()
                .withIdentity(new TriggerKey(job.getKey().getName(), GROUP))
                .forJob(job)
                .startAt(Date.from(at))
                // late is better than never: the job itself looks at what there is to do
                .withSchedule(SimpleScheduleBuilder.simpleSchedule().withMisfireHandlingInstructionFireNow())
                .build();
        try {
            scheduler.scheduleJob(job, Set.of(trigger), true);
        } catch (SchedulerException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean exists(JobKey key) {
        try {
            for (Trigger trigger : scheduler.getTriggersOfJob(key)) {
                // Quartz never revives a trigger in ERROR
                if (scheduler.getTriggerState(trigger.getKey()) != Trigger.TriggerState.ERROR) {
                    return true;
                }
            }
            return false;
        } catch (SchedulerException e) {
            throw new IllegalStateException(e);
        }
    }
}
