package dev.broadsheet.delivery;

import jakarta.enterprise.context.Dependent;
import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobExecutionContext;

/** Sends one lane of a campaign for a while; see {@link Lane}. */
@Dependent
@DisallowConcurrentExecution
class LaneJob implements Job {

    private final Lane lane;

    LaneJob(Lane lane) {
        this.lane = lane;
    }

    @Override
    public void execute(JobExecutionContext execution) {
        lane.run(CampaignJobs.campaign(execution), CampaignJobs.lane(execution));
    }
}
