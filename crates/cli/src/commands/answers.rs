//! `explain` and `simulate`: answers, given and not filed.

use super::{Said, Teller, plan_exit};
use crate::arguments::{ExplainArgs, SimulateArgs};
use crate::exit::Exit;
use crate::screen::answers as text;
use phantuyen_model::PlanStatus;
use phantuyen_pipeline::answers::{Asked, explain_csv, explain_data};
use phantuyen_pipeline::scenario::{Scenario, simulate_data};
use phantuyen_pipeline::{PipelineError, Watch};

impl Teller<'_> {
    pub(super) fn explain(
        &self,
        asked: &ExplainArgs,
        watch: &Watch<'_>,
    ) -> Result<Exit, PipelineError> {
        let question = Asked::find(&self.desk.ward, &asked.area, &asked.school, asked.prices)?;
        self.screen.step("allocating");
        let done = self.desk.explain(&question, asked.plan.as_deref(), watch)?;
        let speaker = self.desk.speaker();
        let said = Said {
            text: text::explained(self.screen, &done.data, &speaker),
            csv: explain_csv(&done.data, &speaker),
            data: explain_data(&done.data, &speaker).map_err(PipelineError::fault)?,
            keep: None,
        };
        let exit = plan_exit(done.data.all_hold);
        self.finish(done, &said, exit)
    }

    pub(super) fn simulate(
        &self,
        asked: &SimulateArgs,
        watch: &Watch<'_>,
    ) -> Result<Exit, PipelineError> {
        let scenario = Scenario {
            classes: asked.classes.clone(),
            pupils: asked.pupils.clone(),
            merge: asked.merge.clone(),
            close: asked.close.clone(),
            open: asked.open.clone(),
            housing: asked.housing.clone(),
        };
        self.screen.step("allocating");
        let done = self.desk.simulate(&scenario, watch)?;
        let speaker = self.desk.speaker();
        let holds =
            |status: PlanStatus| matches!(status, PlanStatus::Optimal | PlanStatus::Feasible);
        let all = done.data.tried.iter().all(|t| holds(t.after.allocated.plan.status));
        let said = Said {
            text: text::simulated(self.screen, &done.data, &speaker),
            csv: text::ways_csv(&done.data),
            data: simulate_data(&done.data, &speaker).map_err(PipelineError::fault)?,
            keep: None,
        };
        self.finish(done, &said, plan_exit(all))
    }
}
