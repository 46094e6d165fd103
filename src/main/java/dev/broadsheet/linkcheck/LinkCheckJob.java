package dev.broadsheet.linkcheck;

import jakarta.enterprise.context.Dependent;
import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobExecutionContext;

/** Checks the links of an issue; see {@link LinkCheckRun}. */
@Dependent
@DisallowConcurrentExecution
class LinkCheckJob implements Job {

    private final LinkCheckRun run;

    LinkCheckJob(LinkCheckRun run) {
        this.run = run;
    }

    @Override
    public void execute(JobExecutionContext execution) {
        run.run(LinkCheckJobs.check(execution));
    }
}
