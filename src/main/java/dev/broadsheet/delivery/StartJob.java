package dev.broadsheet.delivery;

import jakarta.enterprise.context.Dependent;
import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobExecutionContext;

/** Starts a campaign when its time has come. */
@Dependent
@DisallowConcurrentExecution
class StartJob implements Job {

    private final CampaignStart start;

    StartJob(CampaignStart start) {
        this.start = start;
    }

    @Override
    public void execute(JobExecutionContext execution) {
        start.start(CampaignJobs.campaign(execution));
    }
}
