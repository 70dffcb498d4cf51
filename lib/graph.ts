import { GraphWidget, GraphWidgetView, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';

/** A third of a dashboard's width: three stand side by side. */
export const graph = (title: string, left: IMetric[], stacked = false): GraphWidget =>
  new GraphWidget({ title, left, stacked, view: GraphWidgetView.TIME_SERIES, width: 8, height: 6 });
